import type { AgentTelemetry, PerformanceTotals } from "../../core/messages/agent-telemetry.ts";

/** Means over the same slots of every access point, by policy. */
type Comparison = Readonly<Record<string, number>>;

/** Which measures are compared under which policies. */
export interface ComparisonPlan {
  /** What the summary calls the agents' own policy. */
  readonly own: string;
  /** What the summary calls each reference policy of the telemetry. */
  readonly references: Readonly<Record<string, string>>;
  /** By the summary's name: the telemetry's measure, and how a table shows it. */
  readonly measures: Readonly<
    Record<string, { readonly measure: string; readonly label: string; readonly digits: number }>
  >;
}

interface AgentSummary {
  readonly agent: string;
  /** Starts of its process; more than one when it was restarted. */
  readonly starts: number;
  /** Whole slots in the demo's time. Counts begin with the last telemetry before it, up to 1 s early. */
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
  readonly system: string;
  readonly seconds: number;
  readonly agents: number;
  readonly rounds: number;
  readonly bytes: { readonly sent: number; readonly received: number };
  readonly late: number;
  readonly fallback: number;
  /** The slots that the comparisons are means over. */
  readonly comparedSlots: number;
  /** By measure of the plan. */
  readonly comparisons: Readonly<Record<string, Comparison>>;
  readonly perAgent: readonly AgentSummary[];
}

/** What a demo is summarised by. */
export interface DemoRun {
  readonly system: string;
  readonly seconds: number;
  readonly slotMs: number;
  readonly rounds: number;
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

function compare(
  all: readonly AgentTelemetry[],
  measure: string,
  { own, references }: ComparisonPlan,
): Comparison {
  const byPolicy = Object.entries(references).map(([called, name]) => [
    called,
    mean(all, measure, (t) => t.performance.references[name]),
  ]);
  return { [own]: mean(all, measure, (t) => t.performance.own), ...Object.fromEntries(byPolicy) };
}

/** What the site did, from the telemetry its agents published. */
export function summarise(
  telemetry: ReadonlyMap<string, Starts>,
  run: DemoRun,
  plan: ComparisonPlan,
): DemoSummary {
  const all = [...telemetry.values()].flatMap((starts) => [...starts.values()]);
  const slotsPossible = Math.floor((run.seconds * 1e3) / run.slotMs);
  const agents = [...telemetry.keys()].sort();
  const comparisons = Object.entries(plan.measures).map(([name, { measure }]) => [
    name,
    compare(all, measure, plan),
  ]);
  return {
    system: run.system,
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
    comparisons: Object.fromEntries(comparisons),
    perAgent: agents.map((agent) =>
      agentSummary(agent, telemetry.get(agent) ?? new Map(), slotsPossible),
    ),
  };
}
