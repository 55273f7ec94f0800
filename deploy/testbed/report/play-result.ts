import { type SlicingScenario, sliceOf } from "../../../core/slicing/scenario.ts";
import { type AuditCheck, checkAudits, meanCommanded } from "../audit-check.ts";
import type { AgentCourse } from "../testbed.ts";
import type { ArrivalsTrace } from "../trace/arrivals-trace.ts";
import type { Played } from "../traffic-site.ts";

/** What tasks came to. */
export interface TaskResult {
  readonly tasks: number;
  /** Tasks whose result never came back. */
  readonly lost: number;
  /** Each task counts at most the delay cap, a lost one just that (A3). */
  readonly meanDelayMs: number;
  /** Share of the tasks whose result came back within their slice's limit. */
  readonly satisfaction: number;
}

/** One trace under one policy. */
export interface PlayResult extends TaskResult {
  readonly policy: string;
  readonly seed: number;
  readonly p95DelayMs: number;
  readonly slices: readonly TaskResult[];
  /** Of stretches of half a second. */
  readonly stretches: readonly TaskResult[];
  /** Mean Mbit/s of each slice, then CPU time of each slice, ms a slot, as read back; means of the access points. */
  readonly allocation: { readonly mbitPerS: readonly number[]; readonly cpuMs: readonly number[] };
  /** CPU time that the slices' workers used, of all that they were granted. */
  readonly computeUse: number;
  readonly readBack: AuditCheck;
  /** Slots whose tasks were created over 1 ms late. */
  readonly lateSlots: number;
  /** Sums over the agents. */
  readonly control: {
    readonly slots: number;
    readonly held: number;
    /** Passed unseen: nothing was decided, the action before stayed in force. */
    readonly skipped: number;
    readonly late: number;
    readonly fallback: number;
    /** Read-backs that the agents themselves compared with their commands. */
    readonly readBackChecked: number;
    readonly readBackMismatches: number;
  };
}

const stretchSlots = 50;

class TaskTally {
  private readonly delaysMs: number[] = [];
  private satisfied = 0;
  private readonly sent: number;
  private readonly capMs: number;

  constructor(sent: number, capMs: number) {
    this.sent = sent;
    this.capMs = capMs;
  }

  add(delayMs: number, limitMs: number): void {
    this.delaysMs.push(Math.min(delayMs, this.capMs));
    this.satisfied += delayMs <= limitMs ? 1 : 0;
  }

  result(): TaskResult {
    const { sent, delaysMs, capMs } = this;
    const lost = sent - delaysMs.length;
    const sumMs = delaysMs.reduce((sum, delayMs) => sum + delayMs, lost * capMs);
    return {
      tasks: sent,
      lost,
      meanDelayMs: sumMs / sent,
      satisfaction: this.satisfied / sent,
    };
  }

  /** The smallest delay that at least this share of the tasks does not exceed. */
  quantileMs(share: number): number {
    const sorted = Float64Array.from(this.delaysMs).sort();
    return sorted[Math.max(0, Math.ceil(share * this.sent) - 1)] ?? this.capMs;
  }
}

function countTasks(trace: ArrivalsTrace, counts: (slice: number, slot: number) => boolean) {
  let tasks = 0;
  for (const [slot, accessPoints] of trace.slots.entries()) {
    for (const slices of accessPoints) {
      for (const slice of slices) tasks += counts(slice, slot) ? 1 : 0;
    }
  }
  return tasks;
}

function tallies(trace: ArrivalsTrace, { times }: Played) {
  const { scenario } = trace;
  const tally = (counts: (slice: number, slot: number) => boolean) =>
    new TaskTally(countTasks(trace, counts), scenario.delayCapMs);
  const stretchOf = (slot: number) => Math.floor(slot / stretchSlots);
  const all = tally(() => true);
  const slices = scenario.slices.map((_, own) => tally((slice) => slice === own));
  const stretches = Array.from({ length: stretchOf(trace.slots.length - 1) + 1 }, (_, own) =>
    tally((_slice, slot) => stretchOf(slot) === own),
  );
  for (const [k, delayMs] of times.delayMs.entries()) {
    const slice = times.slice[k] as number;
    const limitMs = sliceOf(scenario, slice).maxDelayMs;
    const stretch = stretches[stretchOf(times.slot[k] as number)];
    for (const of of [all, slices[slice], stretch]) of?.add(delayMs, limitMs);
  }
  return { all, slices, stretches };
}

function sumOf<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((sum, item) => sum + of(item), 0);
}

function allocationOf(scenario: SlicingScenario, courses: readonly AgentCourse[]) {
  const slices = scenario.slices.length;
  const means = courses.map(({ audits }) => ({
    mbitPerS: meanCommanded(audits.downlink, slices).map((bit) => bit / 1e6),
    cpuMs: meanCommanded(audits.compute, slices).map((us) => us / 1e3),
  }));
  const mean = (of: (one: (typeof means)[number]) => readonly number[]) =>
    scenario.slices.map((_, i) => sumOf(means, (one) => of(one)[i] ?? 0) / courses.length);
  return { mbitPerS: mean(({ mbitPerS }) => mbitPerS), cpuMs: mean(({ cpuMs }) => cpuMs) };
}

function computeUse(courses: readonly AgentCourse[], slices: number): number {
  const usedMs = sumOf(courses, (course) => sumOf(course.usedMs, (used) => used));
  const grantedUs = sumOf(courses, ({ audits }) =>
    sumOf(audits.compute, ({ readBack }) => sumOf(readBack.slice(0, slices), (us) => us)),
  );
  return (1e3 * usedMs) / grantedUs;
}

function readBackOf(courses: readonly AgentCourse[]): AuditCheck {
  const checks = courses.map(({ audits }) => checkAudits(audits));
  const sum = (of: (check: AuditCheck) => number) => sumOf(checks, of);
  return {
    slots: sum(({ slots }) => slots),
    incompleteSlots: sum(({ incompleteSlots }) => incompleteSlots),
    untouchedSlots: sum(({ untouchedSlots }) => untouchedSlots),
    comparisons: sum(({ comparisons }) => comparisons),
    mismatches: sum(({ mismatches }) => mismatches),
  };
}

function controlOf(courses: readonly AgentCourse[]): PlayResult["control"] {
  const totals = courses.map(({ report }) => report?.control);
  const sum = (name: keyof PlayResult["control"]) => sumOf(totals, (one) => one?.[name] ?? 0);
  return {
    slots: sum("slots"),
    held: sum("held"),
    skipped: sum("skipped"),
    late: sum("late"),
    fallback: sum("fallback"),
    readBackChecked: sum("readBackChecked"),
    readBackMismatches: sum("readBackMismatches"),
  };
}

/** What a trace came to under a policy. */
export function playResult(
  policy: string,
  trace: ArrivalsTrace,
  played: Played,
  courses: readonly AgentCourse[],
): PlayResult {
  const { all, slices, stretches } = tallies(trace, played);
  return {
    policy,
    seed: trace.seed,
    ...all.result(),
    p95DelayMs: all.quantileMs(0.95),
    slices: slices.map((tally) => tally.result()),
    stretches: stretches.map((tally) => tally.result()),
    allocation: allocationOf(trace.scenario, courses),
    computeUse: computeUse(courses, trace.scenario.slices.length),
    readBack: readBackOf(courses),
    lateSlots: played.lateSlots,
    control: controlOf(courses),
  };
}
