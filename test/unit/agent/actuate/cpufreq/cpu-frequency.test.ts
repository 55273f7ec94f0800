import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CpuFrequency } from "../../../../../agent/actuate/cpufreq/cpu-frequency.ts";
import { capOf, planCaps } from "../../../../../agent/actuate/cpufreq/frequency-plan.ts";
import type { BoxModel } from "../../../../../deploy/demo/fake-box.ts";
import { fakeMachine } from "../../../../fixtures/sysfs/fake-machine.ts";

async function started(model: BoxModel) {
  const machine = fakeMachine(model);
  const setting = new CpuFrequency(machine.kernel, machine.box.sysRoot);
  const restorations = await setting.start();
  return { ...machine, setting, restorations };
}

describe("the frequency plan", () => {
  const range = {
    lowestKhz: 600_000,
    highestKhz: 1_500_000,
    tableKhz: [600_000, 900_000, 1_200_000, 1_500_000],
  };

  it("rounds down to the table, and up only where nothing is below", () => {
    expect([1, 0.9, 0.8, 0.61, 0.5, 0.01].map((share) => capOf(range, share))).toEqual([
      1_500_000, 1_200_000, 1_200_000, 900_000, 600_000, 600_000,
    ]);
    expect(capOf({ ...range, tableKhz: [] }, 0.5123)).toBe(768_450);
  });

  it("never leaves the range, whatever share is asked for", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true }), fc.boolean(), (share, withTable) => {
        const cap = capOf(withTable ? range : { ...range, tableKhz: [] }, share);
        expect(cap).toBeGreaterThanOrEqual(range.lowestKhz);
        expect(cap).toBeLessThanOrEqual(range.highestKhz);
      }),
    );
  });

  it("writes only what differs and was not asked for in vain", () => {
    const state = (currentKhz: number, askedKhz?: number, answeredKhz?: number) => ({
      currentKhz,
      askedKhz,
      answeredKhz,
    });
    const states = [state(9), state(7), state(8, 9, 8), state(7, 9, 8), state(8, 7, 8)];
    expect(planCaps(states, [9, 9, 9, 9, 9])).toEqual([
      { policy: 1, khz: 9 },
      { policy: 3, khz: 9 },
      { policy: 4, khz: 9 },
    ]);
  });
});

describe("the CPU frequency of a Raspberry Pi 4", () => {
  it("is capped at the share of its highest frequency, and writes nothing the second time", async () => {
    const { setting, box, kernel } = await started("raspberry-pi-4");
    expect(await setting.put(0.75)).toBe(1);
    expect(box.settings().capsKhz).toEqual([1_100_000]);
    await setting.put(0.75);
    await setting.put(0.74);
    expect(kernel.writes).toHaveLength(1);
  });

  it("is as it was after a restore, and says beforehand how to put it back", async () => {
    const { setting, box, kernel, restorations } = await started("raspberry-pi-4");
    expect(restorations).toEqual([{ kind: "file", path: box.capFiles[0], value: "1500000" }]);
    expect(kernel.writes).toEqual([]);
    await setting.put(0.5);
    await setting.restore();
    expect(box.settings().capsKhz).toEqual([1_500_000]);
  });

  it("reports a thermal cap below the planned one, without asking again every slot", async () => {
    const { setting, kernel } = await started("raspberry-pi-4");
    await setting.put(0.5);
    kernel.throttle(1_000_000);
    expect(await setting.put(1)).toBeCloseTo(1_000_000 / 1_500_000, 12);
    const { length } = kernel.writes;
    await setting.put(1);
    expect(kernel.writes).toHaveLength(length);
    kernel.throttle(undefined);
    expect(await setting.put(1)).toBe(1);
  });

  it("takes back what another program has changed", async () => {
    const { setting, kernel, box } = await started("raspberry-pi-4");
    await setting.put(0.8);
    kernel.write(box.capFiles[0] ?? "", "600000");
    expect(await setting.put(0.8)).toBe(1);
    expect(box.settings().capsKhz).toEqual([1_200_000]);
  });

  it("stays below a cap that was there before", async () => {
    const machine = fakeMachine("raspberry-pi-4");
    machine.kernel.write(machine.box.capFiles[0] ?? "", "1200000");
    const setting = new CpuFrequency(machine.kernel, machine.box.sysRoot);
    await setting.start();
    await setting.put(1);
    expect(machine.box.settings().capsKhz).toEqual([1_200_000]);
    await setting.put(0.5);
    expect(machine.box.settings().capsKhz).toEqual([600_000]);
  });
});

describe("the CPU frequency of a Jetson Orin NX", () => {
  it("is capped for both clusters, not below what its power mode holds", async () => {
    const { setting, box } = await started("jetson-orin-nx");
    await setting.put(0.6);
    expect(box.settings().capsKhz).toEqual([1_190_400, 1_190_400]);
    await setting.put(0.1);
    expect(box.settings().capsKhz).toEqual([729_600, 729_600]);
    await setting.restore();
    expect(box.settings().capsKhz).toEqual([1_984_000, 1_984_000]);
  });

  it("is written only for the cluster that is not as planned", async () => {
    const { setting, box, kernel } = await started("jetson-orin-nx");
    await setting.put(0.6);
    kernel.write(box.capFiles[1] ?? "", "1984000");
    kernel.writes.length = 0;
    await setting.put(0.6);
    expect(kernel.writes.map(({ path }) => path)).toEqual([box.capFiles[1]]);
  });
});

describe("a box without cpufreq, or one that cannot be written", () => {
  it("is refused before anything is changed", () => {
    const { kernel, folder } = fakeMachine();
    expect(() => new CpuFrequency(kernel, `${folder}/nowhere`).start()).toThrow(
      "no cpufreq policy",
    );
  });
});
