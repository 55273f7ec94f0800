import type { AgentTelemetry, PerformanceTotals } from "../../core/messages/agent-telemetry.ts";

type Counts = Readonly<Record<string, number>>;

function subtract<T extends Counts>(later: T, earlier: Counts | undefined): T {
  const entries = Object.entries(later).map(([name, n]) => [name, n - (earlier?.[name] ?? 0)]);
  return Object.fromEntries(entries) as T;
}

function totalsSince(later: PerformanceTotals, earlier?: PerformanceTotals): PerformanceTotals {
  return { slots: later.slots - (earlier?.slots ?? 0), sums: subtract(later.sums, earlier?.sums) };
}

/** The same telemetry with its counts taken from an earlier message of the same start on. */
export function countsSince(later: AgentTelemetry, earlier?: AgentTelemetry): AgentTelemetry {
  const { performance, learner, federation } = later;
  const references = Object.entries(performance.references).map(([name, totals]) => [
    name,
    totalsSince(totals, earlier?.performance.references[name]),
  ]);
  return {
    ...later,
    slots: subtract(later.slots, earlier?.slots),
    performance: {
      own: totalsSince(performance.own, earlier?.performance.own),
      references: Object.fromEntries(references),
    },
    federation: {
      ...federation,
      bytesSent: federation.bytesSent - (earlier?.federation.bytesSent ?? 0),
      bytesReceived: federation.bytesReceived - (earlier?.federation.bytesReceived ?? 0),
    },
    learner: learner && {
      ...learner,
      updates: learner.updates - (earlier?.learner?.updates ?? 0),
    },
  };
}
