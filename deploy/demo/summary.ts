import type { AgentTelemetry, PerformanceTotals } from "../../core/messages/agent-telemetry.ts";

/** Means over the same slots of every access point, by policy. */
export interface Comparison {
  readonly learned: number;
  readonly equal: number;
  readonly sqrtLoad: number;
  readonly optimal: number;
}

export interface AgentSummary {
  readonly agent: string;
  /** Starts of its process; more than one when it was restarted. */
  readonly starts: number;
  /** Whole slots in the demo's time. */
  readonly slotsPossible: number;
  readonly slots: number;
  readonly applied: number;
  readonly held: number;
  readonly late: number;
  readonly skipped: number;
  readonly fallback: number;
  readonly readBackMismatches: number;
  readonly latencyUs: AgentTelemetry["latencyUs"];
  readonly updates: number;
}

export interface DemoSummary {
  readonly seconds: number;
  readonly agents: number;
  readonly rounds: number;
  readonly bytes: { readonly sent: number; readonly received: number };
  readonly late: number;
  readonly fallback: number;
  /** The slots that the three comparisons are means over. */
  readonly comparedSlots: number;
  readonly reward: Comparison;
  readonly meanDelayMs: Comparison;
  readonly satisfaction: Comparison;
  readonly perAgent: readonly AgentSummary[];
}

type Starts = ReadonlyMap<string, AgentTelemetry>;

function total(
  starts: Iterable<AgentTelemetry>,
  of: (telemetry: AgentTelemetry) => number,
): number {
  let sum = 0;
  for (const telemetry of starts) sum += of(telemetry);
  return sum;
}

function agentSummary(agent: string, starts: Starts, slotsPossible: number): AgentSummary {
  const all = [...starts.values()];
  const slots = (name: keyof AgentTelemetry["slots"]) => total(all, (t) => t.slots[name]);
  return {
    agent,
    starts: all.length,
    slotsPossible,
    slots: slots("slots"),
    applied: slots("applied"),
    held: slots("held"),
    late: slots("late"),
    skipped: slots("skipped"),
    fallback: slots("fallback"),
    readBackMismatches: slots("readBackMismatches"),
    latencyUs: all.at(-1)?.latencyUs ?? { p50: 0, p99: 0, p999: 0 },
    updates: total(all, (t) => t.learner?.updates ?? 0),
  };
}

function mean(
  all: readonly AgentTelemetry[],
  measure: string,
  totalsOf: (telemetry: AgentTelemetry) => PerformanceTotals | undefined,
): number {
  const sum = total(all, (t) => totalsOf(t)?.sums[measure] ?? 0);
  return sum / total(all, (t) => totalsOf(t)?.slots ?? 0);
}

function compare(all: readonly AgentTelemetry[], measure: string): Comparison {
  const reference = (name: string) => mean(all, measure, (t) => t.performance.references[name]);
  return {
    learned: mean(all, measure, (t) => t.performance.own),
    equal: reference("equal"),
    sqrtLoad: reference("sqrt-load"),
    optimal: reference("optimal"),
  };
}

/** What the site did, from the telemetry its agents published. */
export function summarise(
  telemetry: ReadonlyMap<string, Starts>,
  run: { readonly seconds: number; readonly slotMs: number; readonly rounds: number },
): DemoSummary {
  const all = [...telemetry.values()].flatMap((starts) => [...starts.values()]);
  const slotsPossible = Math.floor((run.seconds * 1e3) / run.slotMs);
  const agents = [...telemetry.keys()].sort();
  return {
    seconds: run.seconds,
    agents: agents.length,
    rounds: run.rounds,
    bytes: {
      sent: total(all, (t) => t.federation.bytesSent),
      received: total(all, (t) => t.federation.bytesReceived),
    },
    late: total(all, (t) => t.slots.late),
    fallback: total(all, (t) => t.slots.fallback),
    comparedSlots: total(all, (t) => t.performance.own.slots),
    reward: compare(all, "rewardMs"),
    meanDelayMs: compare(all, "meanDelayMs"),
    satisfaction: compare(all, "satisfaction"),
    perAgent: agents.map((agent) =>
      agentSummary(agent, telemetry.get(agent) ?? new Map(), slotsPossible),
    ),
  };
}
