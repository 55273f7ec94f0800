import type { Value } from "../graph/graph.ts";
import { add, mean, mul, stopGradient } from "../graph/operations.ts";
import type { Generated } from "../networks/generator.ts";
import {
  type AdvantageHead,
  advantageOf,
  entriesOfPicked,
} from "../networks/heads/advantage-head.ts";

/** Equation (10): Q(o, a) = mean_N G^V(o) + G^A_a(o), [rows, 1]. */
export function actionValue(head: AdvantageHead, generated: Generated, entries: Value): Value {
  return add(mean(generated.particles, [1]), advantageOf(head, generated.advantages, entries));
}

/**
 * Equation (11), double: Q̂ = r + γ (mean_N Ĝ^V(o′) + Ĝ^A_{a*}(o′)), where the online network picks
 * a* = argmax_a Q(o′, a). No gradient flows through it.
 */
export function temporalDifferenceTarget(
  head: AdvantageHead,
  reward: Value,
  discount: number,
  next: () => { readonly online: Generated; readonly target: Generated },
): Value {
  if (discount === 0) return reward;
  const { online, target } = next();
  const best = entriesOfPicked(head, head.greedy(online.advantages));
  return stopGradient(add(reward, mul(actionValue(head, target, best), discount)));
}
