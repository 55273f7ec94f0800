import type { BridgeSpaces } from "../../core/messages/bridge.ts";

/** Why an action lies outside its space, or undefined when it lies within. */
export function actionFault(
  space: BridgeSpaces["action"],
  action: readonly number[],
): string | undefined {
  const [length] = space.shape;
  if (action.length !== length) return `expected ${length} numbers; received ${action.length}`;
  const outside = action.findIndex(
    (value, i) =>
      !Number.isInteger(value) ||
      value < (space.low[i] ?? -Infinity) ||
      value > (space.high[i] ?? Infinity),
  );
  if (outside >= 0) {
    return `expected an integer in [${space.low[outside]}, ${space.high[outside]}] at ${outside}; received ${action[outside]}`;
  }
  return budgetFault(space, action);
}

function budgetFault(space: BridgeSpaces["action"], action: readonly number[]): string | undefined {
  const groupLength = action.length / space.budgets.length;
  for (const [group, budget] of space.budgets.entries()) {
    const start = group * groupLength;
    const sum = action.slice(start, start + groupLength).reduce((a, b) => a + b, 0);
    if (sum > budget) return `expected group ${group} to sum to at most ${budget}; received ${sum}`;
  }
  return undefined;
}
