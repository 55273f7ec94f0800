import { BridgeSource } from "../../agent/bridge/bridge-source.ts";
import { DrawnSource } from "../../agent/observe/drawn-source.ts";
import { ScriptedSource } from "../../agent/observe/scripted-source.ts";
import { tcObservationConfigSchema } from "../../agent/observe/tc/config.ts";
import { createTcObservationSource } from "../../agent/observe/tc/tc-source.ts";
import { createSlicingSystem } from "../../agent/slicing-system.ts";
import { paperScenario } from "../../core/slicing/scenario.ts";
import { equalSharing } from "../unit/agent/actuate/tc/fake-tc.ts";
import { observationSourceContract } from "./observation-source.contract.ts";

observationSourceContract("the scripted source", () => {
  const provided = new Set<number>();
  return {
    source: new ScriptedSource(({ slot }) =>
      provided.has(slot) ? { observation: new Float64Array(6).fill(slot) } : undefined,
    ),
    provide: (slot) => provided.add(slot),
    canMiss: true,
  };
});

observationSourceContract("the drawn source", () => ({
  source: new DrawnSource(createSlicingSystem(paperScenario).drawnObservations(7)),
  canMiss: false,
}));

observationSourceContract("the bridge's source", () => {
  const source = new BridgeSource("ap-0");
  const provide = (slot: number) => {
    const info = { applied: [6, 6, 6, 6, 6, 6], held: false, performance: {}, references: {} };
    source.observed({
      type: "observation",
      slot,
      episode: 0,
      reset: false,
      observations: { "ap-0": [1, 2, 3, 4, 5, slot] },
      rewards: slot > 0 ? { "ap-0": 1.5 } : {},
      terminations: {},
      truncations: {},
      infos: slot > 0 ? { "ap-0": { slot: slot - 1, ...info } } : {},
    });
  };
  return { source, provide, canMiss: true };
});

observationSourceContract("the tc source", () => {
  const config = tcObservationConfigSchema.parse({ device: "veth0" });
  return {
    source: createTcObservationSource(config, paperScenario, {
      startProcess: equalSharing().start,
    }),
    canMiss: false,
  };
});
