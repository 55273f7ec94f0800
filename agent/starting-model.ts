import { readFileSync } from "node:fs";
import { SlotwiseError } from "../core/errors.ts";
import { builtInPolicies as slicingBuiltInPolicies } from "../core/slicing/policies.ts";
import type { Weights } from "../core/weights/tensor.ts";
import type { LearnerConfig } from "../learning/algorithms/learner-config.ts";
import { readPolicyFile as readLearnedPolicy } from "../learning/policy/policy-file.ts";
import { modelPath, shippedModels } from "../platform/shipped-models.ts";
import type { AgentConfig } from "./config.ts";
import { energyBuiltInPolicies } from "./energy/energy-system.ts";
import { readPolicyFile } from "./policy/policy-file.ts";
import { policyRefused, reasonOf } from "./policy/policy-refusal.ts";

/** The policy an agent begins with. */
export interface StartingModel {
  readonly name: string;
  /** A checked file; absent for a built-in policy. */
  readonly bytes?: Uint8Array;
  /** What a learner goes on from; absent where the file was not made by one of ours. */
  readonly learned?: {
    readonly weights: Weights;
    readonly config: LearnerConfig;
    /** Users per access point that the generator's inputs are shares of. */
    readonly nominalUsers: number;
  };
}

const builtInPolicies = { slicing: slicingBuiltInPolicies, energy: energyBuiltInPolicies };

function read(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw policyRefused(path, reasonOf(cause), cause);
  }
}

function learnedIn(bytes: Uint8Array): StartingModel["learned"] {
  try {
    const { weights, learner, scenario } = readLearnedPolicy(bytes);
    return { weights, config: learner, nominalUsers: scenario.usersPerAccessPoint };
  } catch {
    return undefined;
  }
}

/**
 * Finds the policy a configuration names: one of the system's built-in ones, a shipped one, or a file.
 *
 * @throws SlotwiseError MODEL_REFUSED when the file is missing, unreadable or not a policy
 * @throws SlotwiseError CONFIG_INVALID when the name can be neither
 */
export function openStartingModel(model: string, system: AgentConfig["system"]): StartingModel {
  const builtIn: readonly string[] = builtInPolicies[system];
  if (builtIn.includes(model)) return { name: model };
  if (!shippedModels.includes(model) && !/[./]/.test(model)) {
    const names = [...shippedModels, ...builtIn].join(", ");
    throw new SlotwiseError("CONFIG_INVALID", {
      expected: `policy.model to be an ONNX file or one of ${names}`,
      received: model,
      consequence: "nothing was started",
    });
  }
  const bytes = read(modelPath(model));
  readPolicyFile(bytes, model, system);
  const learned = learnedIn(bytes);
  return { name: model, bytes, ...(learned && { learned }) };
}
