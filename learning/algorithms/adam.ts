import type { Value } from "../graph/graph.ts";
import { add, div, mul, sqrt, square, sub } from "../graph/operations.ts";
import type { LearnerConfig } from "./learner-config.ts";

/** A parameter vector and its moment estimates, [size] each. */
export interface AdamState {
  readonly parameters: Value;
  readonly firstMoment: Value;
  readonly secondMoment: Value;
}

/**
 * One step of Adam (Kingma and Ba, 2015) in the form that corrects the bias through the step size,
 * given by `adamRate`.
 */
export function adamStep(
  state: AdamState,
  gradient: Value,
  rate: Value,
  { beta1, beta2, epsilon }: LearnerConfig["adam"],
): AdamState {
  const firstMoment = add(mul(state.firstMoment, beta1), mul(gradient, 1 - beta1));
  const secondMoment = add(mul(state.secondMoment, beta2), mul(square(gradient), 1 - beta2));
  const step = div(mul(firstMoment, rate), add(sqrt(secondMoment), epsilon));
  return { parameters: sub(state.parameters, step), firstMoment, secondMoment };
}

/** The step size of step t = 1, 2, …: η √(1 − β₂ᵗ) / (1 − β₁ᵗ). */
export function adamRate(learningRate: number, step: number, adam: LearnerConfig["adam"]): number {
  return (learningRate * Math.sqrt(1 - adam.beta2 ** step)) / (1 - adam.beta1 ** step);
}
