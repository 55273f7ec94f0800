import type { Value } from "../graph/graph.ts";
import { add, div, mul, sqrt, square, sub, sum } from "../graph/operations.ts";
import type { LearnerConfig } from "./learner-config.ts";

/** A flat vector of parameters and the decayed sums of its gradients and of their squares. */
export interface AdamState {
  readonly parameters: Value;
  /** m / (1 − β₁): a sum needs one operation less than the mean. */
  readonly firstMoment: Value;
  /** v / (1 − β₂). */
  readonly secondMoment: Value;
}

type AdamConfig = LearnerConfig["adam"];

/** √V + ε/√(1 − β₂): the denominator √v + ε of Adam's step, over √(1 − β₂). */
function denominator(secondMoment: Value, { beta2, epsilon }: AdamConfig): Value {
  return add(sqrt(secondMoment), epsilon / Math.sqrt(1 - beta2));
}

/**
 * One step of Adam (Kingma and Ba, 2015) in the form that corrects the bias through the step size,
 * given by `adamRate`.
 */
export function adamStep(
  state: AdamState,
  gradient: Value,
  rate: Value,
  config: AdamConfig,
): AdamState {
  const firstMoment = add(mul(state.firstMoment, config.beta1), gradient);
  const secondMoment = add(mul(state.secondMoment, config.beta2), square(gradient));
  const step = mul(div(firstMoment, denominator(secondMoment, config)), rate);
  return { parameters: sub(state.parameters, step), firstMoment, secondMoment };
}

/** Keeps the cosine finite where a gradient vanishes. */
const normFloor = 1e-20;

/**
 * The multiplicative, normalised hypergradient of Baydin et al. (ICLR 2018) for Adam: by what the
 * step size grows, 1 + β cos(g_t, u_{t−1}), where u_{t−1} is the step before, which the moments at
 * hand still tell. Single element.
 */
export function hypergradientFactor(
  { firstMoment, secondMoment }: AdamState,
  gradient: Value,
  gain: number,
  config: AdamConfig,
): Value {
  const before = div(firstMoment, denominator(secondMoment, config));
  const norms = sqrt(add(mul(sum(square(gradient)), sum(square(before))), normFloor));
  return add(mul(div(sum(mul(gradient, before)), norms), gain), 1);
}

/**
 * What M / (√V + ε/√(1 − β₂)) is multiplied with in step t = 1, 2, …:
 * η √(1 − β₂ᵗ) / (1 − β₁ᵗ) · (1 − β₁) / √(1 − β₂).
 */
export function adamRate(learningRate: number, step: number, adam: AdamConfig): number {
  const corrected = (learningRate * Math.sqrt(1 - adam.beta2 ** step)) / (1 - adam.beta1 ** step);
  return (corrected * (1 - adam.beta1)) / Math.sqrt(1 - adam.beta2);
}
