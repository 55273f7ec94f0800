import { averageWeights } from "../../core/weights/fed-avg.ts";
import type { Weights } from "../../core/weights/tensor.ts";
import type { LearnerStack } from "../learner-stack.ts";
import type { Scheme } from "./schemes.ts";

const lastLayer = /\.output\.(weight|bias)$/;

function sharedPart(weights: Weights, shared: Scheme["shared"]): Weights {
  if (shared === "everything") return weights;
  return new Map([...weights].filter(([name]) => !lastLayer.test(name)));
}

/**
 * Equations (17) and (18): every one of these agents goes on from the mean of all, in what they
 * share.
 */
export function federate(
  stack: LearnerStack,
  agents: readonly number[],
  shared: Scheme["shared"],
): void {
  if (shared === "nothing") return;
  const own = agents.map((agent) => stack.generatorWeights(agent));
  const mean = averageWeights(
    own.map((weights) => ({ weights: sharedPart(weights, shared), samples: 1 })),
  );
  for (const [i, agent] of agents.entries()) {
    stack.loadGenerator(agent, new Map([...(own[i] as Weights), ...mean]));
  }
}
