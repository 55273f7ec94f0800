import { createActionSpace } from "../../../core/slicing/action-space.ts";
import type { SlicingScenario } from "../../../core/slicing/scenario.ts";
import type { LearnerConfig } from "../../algorithms/learner-config.ts";
import { createBranchingHead } from "./branching.ts";
import type { CompositionHead } from "./composition-head.ts";
import { createJointHead } from "./joint.ts";
import { createSliceHead } from "./slice.ts";

const createBy = {
  joint: createJointHead,
  branching: createBranchingHead,
  slice: createSliceHead,
};

/** The head of that name for a scenario's joint actions. */
export function createHead(
  name: LearnerConfig["head"],
  scenario: SlicingScenario,
): CompositionHead {
  return createBy[name](createActionSpace(scenario));
}
