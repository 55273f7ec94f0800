import { RecordingActuator } from "../../agent/actuate/recording-actuator.ts";
import { tcActuatorConfigSchema } from "../../agent/actuate/tc/config.ts";
import { createTcActuator } from "../../agent/actuate/tc/tc-actuator.ts";
import { BridgeActuator } from "../../agent/bridge/bridge-actuator.ts";
import { paperScenario } from "../../core/slicing/scenario.ts";
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
