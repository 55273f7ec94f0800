import { type SlicingScenario, slicingScenarioSchema } from "../../core/slicing/scenario.ts";
import type { ModelFile } from "../graph/onnx-reader.ts";
import { slicingProblem } from "../problems/slicing.ts";
import { metadataOf, type PolicyContents, readPolicyContents } from "./policy-contents.ts";

/** A slicing policy's file that passed every check that needs no run. */
export interface PolicyFile extends PolicyContents {
  readonly system: "slicing";
  readonly scenario: SlicingScenario;
}

const scenarioOf = (file: ModelFile) =>
  metadataOf(file, "slotwise.scenario", slicingScenarioSchema);

/**
 * Reads and checks a slicing policy file.
 *
 * @throws SlotwiseError MODEL_REFUSED with the first fault
 */
export function readPolicyFile(bytes: Uint8Array): PolicyFile {
  const { file, ...contents } = readPolicyContents(bytes, "slicing", (described, learner) =>
    slicingProblem(scenarioOf(described), learner),
  );
  return { ...contents, system: "slicing", scenario: scenarioOf(file) };
}
