import { existsSync, renameSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { createBoxActuator } from "../../../../../agent/actuate/box/box-actuator.ts";
import { boxActuatorConfigSchema } from "../../../../../agent/actuate/box/config.ts";
import { RecordingActuator } from "../../../../../agent/actuate/recording-actuator.ts";
import { GuardedActuator } from "../../../../../agent/actuate/restore/guarded-actuator.ts";
import { defaultEnergyScenario } from "../../../../../core/energy/scenario.ts";
import type { Decision } from "../../../../../core/energy/task.ts";
import { energyAction, energySite } from "../../../../../core/messages/bridge-energy.ts";
import { fakeMachine } from "../../../../fixtures/sysfs/fake-machine.ts";

const site = energySite(defaultEnergyScenario, 4);

function decided(...decisions: readonly [gateway: number, powerW: number, gigahertz: number][]) {
  return energyAction(
    site,
    decisions.map(
      ([gateway, powerW, gigahertz]): Decision => ({
        gateway,
        powerW,
        frequencyHz: gigahertz * 1e9,
      }),
    ),
  );
}

/** A started box that is gateway 1; gateway 5 is wired to the same server. */
async function started(more: Record<string, unknown> = {}) {
  const machine = fakeMachine();
  const journal = join(machine.folder, "restore");
  const wireless = { device: "wlan0", command: machine.box.iw, minIntervalMs: 0 };
  const { sysRoot } = machine.box;
  const config = boxActuatorConfigSchema.parse({ gateway: 1, wireless, sysRoot, ...more });
  const inner = new RecordingActuator();
  const surroundings = { files: machine.kernel, run: machine.run };
  const create = () => createBoxActuator(config, site, inner, surroundings);
  const actuator = new GuardedActuator(journal, create, () => undefined);
  await actuator.start(new AbortController().signal);
  onTestFinished(() => actuator.stop());
  return { ...machine, actuator, inner, journal, settings: () => machine.box.settings() };
}

describe("the box actuator", () => {
  it("follows the highest power of its gateway's tasks and the highest frequency of its server's", async () => {
    const { actuator, settings } = await started();
    await actuator.apply(0, decided([1, 0.8, 1.1], [5, 1, 1.6], [2, 0.9, 2]));
    expect(settings()).toEqual({ capsKhz: [1_200_000], powerMbm: 1900 });
  });

  it("goes down to the model's smallest values in a slot without tasks of its own", async () => {
    const { actuator, settings } = await started();
    await actuator.apply(0, decided([2, 1, 2]));
    expect(settings()).toEqual({ capsKhz: [700_000], powerMbm: 1600 });
  });

  it("passes the decisions on as they are", async () => {
    const { actuator, inner } = await started();
    const action = decided([1, 0.8, 1.1]);
    await actuator.apply(3, action);
    expect(inner.records).toEqual([{ slot: 3, applied: action }]);
  });

  it("shows in the read-back, for its own tasks alone, that the box stays below its plan", async () => {
    const { actuator, kernel } = await started();
    const action = decided([1, 0.8, 2], [2, 1, 2]);
    kernel.throttle(750_000);
    await actuator.apply(0, decided([1, 0.8, 1]));
    expect(actuator.readBack()?.applied).toEqual(decided([1, 0.8, 1]));
    await actuator.apply(1, action);
    expect(actuator.readBack()?.applied).toEqual(decided([1, 0.8, 1], [2, 1, 2]));
  });

  it("confirms no slot whose setting failed", async () => {
    const { actuator, box } = await started();
    renameSync(box.iw, `${box.iw}.away`);
    await expect(actuator.apply(0, decided([1, 0.8, 1]))).rejects.toThrow("ENOENT");
    expect(actuator.readBack()).toBeUndefined();
    renameSync(`${box.iw}.away`, box.iw);
  });

  it("writes nothing when an action comes twice", async () => {
    const { actuator, kernel, commands } = await started();
    await actuator.apply(0, decided([1, 0.8, 1.1]));
    const before = [kernel.writes.length, commands.length];
    await actuator.apply(1, decided([1, 0.8, 1.1]));
    expect([kernel.writes.length, commands.length]).toEqual(before);
  });

  it("gives everything back on stop and leaves no journal", async () => {
    const { actuator, settings, journal } = await started();
    await actuator.apply(0, decided([1, 0.6, 1.1]));
    expect(existsSync(journal)).toBe(true);
    await actuator.stop();
    expect(settings()).toEqual({ capsKhz: [1_500_000], powerMbm: 2000 });
    expect(existsSync(journal)).toBe(false);
  });

  it("leaves the power alone where no interface is configured", async () => {
    const { actuator, commands } = await started({ wireless: null });
    await actuator.apply(0, decided([1, 0.5, 1]));
    expect(commands).toEqual([]);
  });

  it("is refused as a gateway that the area does not have, and on a box without its settings", async () => {
    await expect(started({ gateway: 11 })).rejects.toMatchObject({ code: "CONFIG_INVALID" });
    await expect(started({ sysRoot: "/nowhere" })).rejects.toMatchObject({
      code: "ACTUATOR_UNAVAILABLE",
    });
  });
});
