import type { Value } from "../graph/graph.ts";
import { add, div, mul, sqrt, square, sub, sum } from "../graph/operations.ts";
import type { LearnerConfig } from "./learner-config.ts";

/** Parameter vectors and their moment estimates, [agents, size] each. */
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

/** Keeps the cosine finite where a gradient vanishes. */
const normFloor = 1e-20;

/**
 * The multiplicative, normalised hypergradient of Baydin et al. (ICLR 2018) for Adam: by what the
 * step size grows, 1 + β cos(g_t, u_{t−1}), where u_{t−1} is the step before, which the moments at
 * hand still tell. [agents, 1].
 */
export function hypergradientFactor(
  { firstMoment, secondMoment }: AdamState,
  gradient: Value,
  gain: number,
  { epsilon }: LearnerConfig["adam"],
): Value {
  const before = div(firstMoment, add(sqrt(secondMoment), epsilon));
  const dot = (a: Value, b: Value) => sum(mul(a, b), [1]);
  const norms = sqrt(add(mul(dot(gradient, gradient), dot(before, before)), normFloor));
  return add(mul(div(dot(gradient, before), norms), gain), 1);
}

/** The step size of step t = 1, 2, …: η √(1 − β₂ᵗ) / (1 − β₁ᵗ). */
export function adamRate(learningRate: number, step: number, adam: LearnerConfig["adam"]): number {
  return (learningRate * Math.sqrt(1 - adam.beta2 ** step)) / (1 - adam.beta1 ** step);
}
