import type { PerformanceTotals } from "../../core/messages/agent-telemetry.ts";
import type { Recent } from "./demo-system.ts";

type TotalsOf = (telemetry: Recent["latest"]) => PerformanceTotals | undefined;

/** Mean of a measure over the slots between two telemetry messages. */
export function recentMean(
  { latest, previous }: Recent,
  measure: string,
  totalsOf: TotalsOf = (telemetry) => telemetry.performance.own,
): number {
  const [after, before] = [totalsOf(latest), previous && totalsOf(previous)];
  const sum = (after?.sums[measure] ?? 0) - (before?.sums[measure] ?? 0);
  return sum / ((after?.slots ?? 0) - (before?.slots ?? 0));
}

/** A number for a table; a dash where there is none. */
export function fixed(value: number, digits: number): string {
  return Number.isFinite(value) ? value.toFixed(digits) : "–";
}
