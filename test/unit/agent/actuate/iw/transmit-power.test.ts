import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { iwConfigSchema } from "../../../../../agent/actuate/iw/config.ts";
import { powerOf } from "../../../../../agent/actuate/iw/power-plan.ts";
import { TransmitPower } from "../../../../../agent/actuate/iw/transmit-power.ts";
import type { RunCommand } from "../../../../../agent/actuate/run-command.ts";
import { fakeMachine } from "../../../../fixtures/sysfs/fake-machine.ts";
import { globalDomain, info, phy } from "./captured.ts";

/** A power setting on a fake box, at a time of the test's own. */
async function started() {
  const machine = fakeMachine();
  const time = { ms: 0 };
  const iw = { fails: false };
  const run: RunCommand = (command, args) =>
    iw.fails
      ? Promise.reject(new Error("Device or resource busy (-16)"))
      : machine.run(command, args);
  const config = iwConfigSchema.parse({ device: "wlan0", command: machine.box.iw });
  const setting = new TransmitPower({ config, run, nowMs: () => time.ms });
  const restorations = await setting.start();
  machine.commands.length = 0;
  return {
    ...machine,
    iw,
    setting,
    restorations,
    time,
    power: () => machine.box.settings().powerMbm,
  };
}

describe("the power plan", () => {
  it("is whole dBm at or below the share in watts, and never above the highest", () => {
    expect([1, 0.9, 0.5, 0.1, 1e-9].map((share) => powerOf(2000, share))).toEqual([
      2000, 1900, 1600, 1000, 0,
    ]);
    expect(powerOf(-300, 1)).toBe(-300);
    expect(powerOf(1750, 1)).toBe(1700);
  });
});

describe("the transmit power", () => {
  it("follows the share, and starts no program while the power stays", async () => {
    const { setting, power, commands } = await started();
    expect(await setting.put(0.5)).toBe(1);
    expect(power()).toBe(1600);
    const { length } = commands;
    await setting.put(0.5);
    await setting.put(0.49);
    expect(commands).toHaveLength(length);
  });

  it("changes at most once in the configured time", async () => {
    const { setting, power, time } = await started();
    await setting.put(0.5);
    time.ms = 499;
    await setting.put(1);
    expect(power()).toBe(1600);
    time.ms = 500;
    await setting.put(1);
    expect(power()).toBe(2000);
  });

  it("says how far the power in force is from the one asked for while it has to wait", async () => {
    const { setting, time } = await started();
    expect(await setting.put(0.5)).toBe(1);
    time.ms = 100;
    expect(await setting.put(0.1)).toBeCloseTo(10 ** (1.6 - 1), 9);
    expect(await setting.put(0.5)).toBe(1);
  });

  it("is tried again once the time between changes is over, where iw has failed", async () => {
    const { setting, iw, time, power } = await started();
    iw.fails = true;
    await expect(setting.put(0.5)).rejects.toThrow("busy");
    iw.fails = false;
    time.ms = 100;
    expect(await setting.put(0.5)).toBeCloseTo(10 ** (2 - 1.6), 9);
    time.ms = 500;
    expect(await setting.put(0.5)).toBe(1);
    expect(power()).toBe(1600);
  });

  it("is as it was after a restore, and says beforehand how to put it back", async () => {
    const { setting, box, power, restorations } = await started();
    expect(restorations).toEqual([
      { kind: "command", command: [box.iw, "dev", "wlan0", "set", "txpower", "fixed", "2000"] },
    ]);
    await setting.put(0.5);
    await setting.restore();
    expect(power()).toBe(2000);
  });

  it("writes nothing where nothing changed", async () => {
    const { setting, commands } = await started();
    await setting.put(1);
    await setting.restore();
    expect(commands.filter((args) => args.includes("set"))).toEqual([]);
  });

  it("stays below a power that was set before", async () => {
    const { folder } = await started();
    writeFileSync(join(folder, "wlan0.txpower-mbm"), "1000\n");
    const config = iwConfigSchema.parse({ device: "wlan0", command: join(folder, "iw") });
    const machine = fakeMachine();
    const setting = new TransmitPower({ config, run: machine.run, nowMs: () => 0 });
    await setting.start();
    await setting.put(1);
    expect(machine.commands.filter((args) => args.includes("set"))).toEqual([]);
  });
});

/** A driver that takes every order and keeps its power, as brcmfmac does. */
function deafDriver(domain = globalDomain): RunCommand {
  return (_command, args) => {
    const answers: Record<string, string> = { info, get: domain, phy };
    const verb = args[0] === "phy" ? "phy" : (args.at(-1) ?? "");
    return Promise.resolve(answers[verb] ?? "");
  };
}

describe("a radio that does other than it is told", () => {
  const config = iwConfigSchema.parse({ device: "wlan0" });

  it("shows in the ratio of its watts to the planned ones", async () => {
    const setting = new TransmitPower({ config, run: deafDriver(), nowMs: () => 0 });
    await setting.start();
    expect(await setting.put(1)).toBeCloseTo(10 ** (3.1 - 1.7), 9);
  });

  it("is not used on a channel where nothing may be sent", async () => {
    const domain = globalDomain.replace("5170", "5200");
    const setting = new TransmitPower({ config, run: deafDriver(domain), nowMs: () => 0 });
    await expect(setting.start()).rejects.toThrow("nothing may be sent on 5180 MHz");
  });
});
