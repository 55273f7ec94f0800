import type { Value } from "../graph/graph.ts";
import { add, mean, mul, stopGradient } from "../graph/operations.ts";
import type { Generated } from "../networks/generator.ts";
import {
  type ActionHead,
  advantageOf,
  stackedGreedy,
  sumOfEntries,
} from "../networks/heads/action-head.ts";

/**
 * Equation (10): Q(o, a) = mean_N G^V(o) + G^A_a(o), [..., 1]. Without a value branch the raw
 * advantages are the values.
 */
export function actionValue(head: ActionHead, generated: Generated, entries: Value): Value {
  const { particles, advantages } = generated;
  if (particles === undefined) return sumOfEntries(advantages, entries);
  return add(mean(particles, [-1]), advantageOf(head, advantages, entries));
}

/** Which network picks the next action a* whose value the target network gives. */
export type TargetRule = "double" | "max";

/**
 * Equation (11): Q̂ = r + γ Q̂(o′, a*). Double: the online network picks a* = argmax_a Q(o′, a); max:
 * the target network itself does, which is Q-learning's own target. No gradient flows through it.
 */
export function temporalDifferenceTarget(
  head: ActionHead,
  reward: Value,
  discount: number,
  next: () => { readonly online: Generated; readonly target: Generated },
  rule: TargetRule = "double",
): Value {
  if (discount === 0) return reward;
  const { online, target } = next();
  const chooser = rule === "double" ? online : target;
  const best = stackedGreedy(head, chooser.advantages).entries;
  return stopGradient(add(reward, mul(actionValue(head, target, best), discount)));
}
