import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { createBoxActuator } from "../../agent/actuate/box/box-actuator.ts";
import { boxActuatorConfigSchema } from "../../agent/actuate/box/config.ts";
import { createCgroupActuator } from "../../agent/actuate/cgroup/cgroup-actuator.ts";
import { cgroupActuatorConfigSchema } from "../../agent/actuate/cgroup/config.ts";
import { bothDirections, bothHalves } from "../../agent/actuate/device-pair.ts";
import { RecordingActuator } from "../../agent/actuate/recording-actuator.ts";
import { GuardedActuator } from "../../agent/actuate/restore/guarded-actuator.ts";
import type { SteeredDevice } from "../../agent/actuate/restore/steered-device.ts";
import { tcActuatorConfigSchema } from "../../agent/actuate/tc/config.ts";
import { createTcActuator } from "../../agent/actuate/tc/tc-actuator.ts";
import { BridgeActuator } from "../../agent/bridge/bridge-actuator.ts";
import { defaultEnergyScenario } from "../../core/energy/scenario.ts";
import { energyAction, energySite } from "../../core/messages/bridge-energy.ts";
import { paperScenario } from "../../core/slicing/scenario.ts";
import type { Netlink } from "../../platform/netlink-socket.ts";
import { FakeCgroups, sliceGroups } from "../fixtures/cgroup/fake-cgroups.ts";
import { fakeMachine } from "../fixtures/sysfs/fake-machine.ts";
import { equalSharing } from "../unit/agent/actuate/tc/fake-tc.ts";
import { FakeKernel } from "../unit/agent/actuate/tc/netlink/fake-kernel.ts";
import { type ActuatorUnderTest, actuatorContract } from "./actuator.contract.ts";

actuatorContract("the recording actuator", () => ({ actuator: new RecordingActuator() }));

actuatorContract("the bridge's actuator", () => {
  const actuator = new BridgeActuator(() => true);
  return {
    actuator,
    confirm: (slot, action) =>
      actuator.observed({
        slot,
        applied: Array.from(action),
        held: false,
        performance: {},
        references: {},
      }),
  };
});

/** A device without folders to lock, whose journal lies in a folder of the test's own. */
function guarded(device: SteeredDevice): ActuatorUnderTest {
  const folder = mkdtempSync(join(tmpdir(), "slotwise-contract-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const lockless = Object.assign(Object.create(device) as SteeredDevice, {
    locks: () => Promise.resolve([]),
  });
  return {
    actuator: new GuardedActuator(
      join(folder, "restore"),
      () => lockless,
      () => undefined,
    ),
  };
}

function createTc(loadNetlink?: () => Netlink) {
  const config = tcActuatorConfigSchema.parse({ device: "veth0", linkKbitPerS: 36_000 });
  const tc = equalSharing();
  const surroundings = { startProcess: tc.start, run: tc.run, loadNetlink };
  return createTcActuator(config, paperScenario, surroundings);
}

function createCgroup(version: "v1" | "v2") {
  const files = new FakeCgroups(version, sliceGroups);
  const config = cgroupActuatorConfigSchema.parse({ groups: sliceGroups, cpus: 2 });
  return createCgroupActuator(config, paperScenario, files);
}

actuatorContract("the tc actuator", () => guarded(createTc()));
actuatorContract("the tc actuator by netlink", () =>
  guarded(createTc(() => new FakeKernel(["1:11", "1:12", "1:13"], 18e6))),
);
actuatorContract("the cgroup v1 actuator", () => guarded(createCgroup("v1")));
actuatorContract("the cgroup v2 actuator", () => guarded(createCgroup("v2")));
actuatorContract("the actuator of both halves", () =>
  guarded(bothHalves(createTc(), createCgroup("v2"))),
);

actuatorContract("the actuator of both directions", () =>
  guarded(bothDirections(createTc(), createTc())),
);

const site = energySite(defaultEnergyScenario, 2);
const energyActions = {
  first: energyAction(site, [
    { gateway: 0, powerW: 0.7, frequencyHz: 1.2e9 },
    { gateway: 4, powerW: 0.6, frequencyHz: 1.7e9 },
  ]),
  second: energyAction(site, [{ gateway: 0, powerW: 1, frequencyHz: 1e9 }]),
};

for (const model of ["raspberry-pi-4", "jetson-orin-nx"] as const) {
  actuatorContract(
    `the box actuator of a ${model}`,
    () => {
      const { box, kernel, run } = fakeMachine(model);
      const wireless = { device: box.device, command: box.iw, minIntervalMs: 0 };
      const config = boxActuatorConfigSchema.parse({ sysRoot: box.sysRoot, wireless });
      const surroundings = { files: kernel, run };
      return guarded(createBoxActuator(config, site, new RecordingActuator(), surroundings));
    },
    energyActions,
  );
}
