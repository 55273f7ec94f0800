import { join } from "node:path";
import { createBoxActuator } from "../../agent/actuate/box/box-actuator.ts";
import { boxActuatorConfigSchema } from "../../agent/actuate/box/config.ts";
import { RecordingActuator } from "../../agent/actuate/recording-actuator.ts";
import { tcActuatorConfigSchema } from "../../agent/actuate/tc/config.ts";
import { createTcActuator } from "../../agent/actuate/tc/tc-actuator.ts";
import { BridgeActuator } from "../../agent/bridge/bridge-actuator.ts";
import { defaultEnergyScenario } from "../../core/energy/scenario.ts";
import { energyAction, energySite } from "../../core/messages/bridge-energy.ts";
import { paperScenario } from "../../core/slicing/scenario.ts";
import { fakeMachine } from "../fixtures/sysfs/fake-machine.ts";
import { equalSharing } from "../unit/agent/actuate/tc/fake-tc.ts";
import { actuatorContract } from "./actuator.contract.ts";

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

actuatorContract("the tc actuator", () => {
  const config = tcActuatorConfigSchema.parse({ device: "veth0", linkKbitPerS: 36_000 });
  return { actuator: createTcActuator(config, paperScenario, equalSharing().start) };
});

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
      const { box, kernel, run, folder } = fakeMachine(model);
      const wireless = { device: box.device, command: box.iw, minIntervalMs: 0 };
      const config = boxActuatorConfigSchema.parse({ sysRoot: box.sysRoot, wireless });
      const journal = join(folder, "restore");
      const surroundings = { files: kernel, run };
      const inner = new RecordingActuator();
      return { actuator: createBoxActuator({ ...config, journal }, site, inner, surroundings) };
    },
    energyActions,
  );
}
