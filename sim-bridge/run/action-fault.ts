import type { BridgeSpaces } from "../../core/messages/bridge.ts";

/** Why an action lies outside its space, or undefined when it lies within. */
export function actionFault(
  space: BridgeSpaces["action"],
  action: readonly number[],
): string | undefined {
  const [length] = space.shape;
  if (action.length !== length) return `expected ${length} numbers; received ${action.length}`;
  const { low, high, budgets } = space;
  const outside = action.findIndex(
    (value, i) =>
      (budgets !== undefined && !Number.isInteger(value)) ||
      value < (low[i] ?? -Infinity) ||
      value > (high[i] ?? Infinity),
  );
  if (outside >= 0) {
    const kind = budgets === undefined ? "a number" : "an integer";
    return `expected ${kind} in [${low[outside]}, ${high[outside]}] at ${outside}; received ${action[outside]}`;
  }
  return budgets && budgetFault(budgets, action);
}

function budgetFault(budgets: readonly number[], action: readonly number[]): string | undefined {
  const groupLength = action.length / budgets.length;
  for (const [group, budget] of budgets.entries()) {
    const start = group * groupLength;
    const sum = action.slice(start, start + groupLength).reduce((a, b) => a + b, 0);
    if (sum > budget) return `expected group ${group} to sum to at most ${budget}; received ${sum}`;
  }
  return undefined;
}
