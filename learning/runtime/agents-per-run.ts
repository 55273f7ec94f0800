/**
 * Parameters that one run may move. A stack spreads the cost of starting an operation over its
 * agents, but one whose tensors do not fit the cache of a core waits for memory instead.
 */
const parametersPerRun = 200_000;

/** How many of `agents` equal learners update in one run: a divisor of their number. */
export function agentsPerRun(agents: number, parametersPerAgent: number): number {
  const most = Math.max(1, Math.min(agents, Math.floor(parametersPerRun / parametersPerAgent)));
  for (let count = most; count > 1; count--) if (agents % count === 0) return count;
  return 1;
}
