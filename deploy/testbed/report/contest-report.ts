import { basename } from "node:path";
import { type Interval, meanInterval } from "../../../learning/experiment/statistics/interval.ts";
import { pairedDifference, pairs } from "../../../learning/experiment/statistics/paired.ts";
import type { ArrivalsTrace } from "../trace/arrivals-trace.ts";
import type { PlayResult, TaskResult } from "./play-result.ts";

/** Means over the traces with their 95 % intervals (Student). */
export interface TaskMeans {
  readonly meanDelayMs: Interval;
  readonly satisfaction: Interval;
  readonly lostShare: Interval;
}

interface Contestant extends TaskMeans {
  readonly policy: string;
  readonly p95DelayMs: Interval;
  readonly slices: readonly TaskMeans[];
  /** Mean over the traces. */
  readonly allocation: PlayResult["allocation"];
  readonly computeUse: Interval;
}

/** The first policy minus another, paired by trace. */
interface Difference {
  readonly against: string;
  readonly meanDelayMs: Interval;
  readonly satisfaction: Interval;
}

/** Commands against read-backs of all plays. */
export interface Proof {
  /**
   * Every slot was read back on all devices or skipped, and no value differs from its command, in the
   * audits as well as in the agents' own checks.
   */
  readonly proven: boolean;
  /** Slots of the agents' clocks. */
  readonly slots: number;
  readonly readBackSlots: number;
  /** Passed unseen by an agent; no device was told anything in them. */
  readonly skippedSlots: number;
  /** All others. */
  readonly unprovenSlots: number;
  readonly comparisons: number;
  readonly mismatches: number;
}

export interface ContestReport {
  readonly linkMbitPerS: number;
  readonly accessPoints: number;
  readonly traces: number;
  readonly slotsPerTrace: number;
  readonly contestants: readonly Contestant[];
  readonly differences: readonly Difference[];
  readonly proof: Proof;
  readonly plays: readonly PlayResult[];
}

/** Share of the agents' slots that may have been skipped. */
const skippedShare = 0.05;

/** A policy as tables and charts name it: a file without its folder and ending. */
export function policyLabel(policy: string): string {
  return basename(policy, ".onnx");
}

function interval(values: readonly number[]): Interval {
  return meanInterval(values) as Interval;
}

function taskMeans(results: readonly TaskResult[]): TaskMeans {
  return {
    meanDelayMs: interval(results.map(({ meanDelayMs }) => meanDelayMs)),
    satisfaction: interval(results.map(({ satisfaction }) => satisfaction)),
    lostShare: interval(results.map(({ lost, tasks }) => lost / tasks)),
  };
}

function meanBySlice(rows: readonly (readonly number[])[]): number[] {
  const [first = []] = rows;
  return first.map((_, i) => rows.reduce((sum, row) => sum + (row[i] ?? 0), 0) / rows.length);
}

function contestant(policy: string, plays: readonly PlayResult[]): Contestant {
  const [first] = plays as [PlayResult];
  return {
    policy,
    ...taskMeans(plays),
    p95DelayMs: interval(plays.map(({ p95DelayMs }) => p95DelayMs)),
    slices: first.slices.map((_, i) =>
      taskMeans(plays.map(({ slices }) => slices[i] as TaskResult)),
    ),
    allocation: {
      mbitPerS: meanBySlice(plays.map(({ allocation }) => allocation.mbitPerS)),
      cpuMs: meanBySlice(plays.map(({ allocation }) => allocation.cpuMs)),
    },
    computeUse: interval(plays.map(({ computeUse }) => computeUse)),
  };
}

function difference(
  against: string,
  first: readonly PlayResult[],
  second: readonly PlayResult[],
): Difference {
  const paired = (of: (play: PlayResult) => number) =>
    pairedDifference(pairs(first.map(of), second.map(of))) as Interval;
  return {
    against,
    meanDelayMs: paired(({ meanDelayMs }) => meanDelayMs),
    satisfaction: paired(({ satisfaction }) => satisfaction),
  };
}

/** Of what an agent says that it did, what its devices' audits do not show. */
function unprovenSlotsOf({ readBack, control }: PlayResult): number {
  const carriedOut = control.slots - control.skipped;
  return Math.max(
    Math.abs(carriedOut - readBack.slots),
    Math.abs(carriedOut - control.readBackChecked),
    Math.abs(control.skipped - readBack.untouchedSlots),
    readBack.incompleteSlots,
  );
}

function proofOf(plays: readonly PlayResult[]): Proof {
  const sum = (of: (play: PlayResult) => number) =>
    plays.reduce((total, play) => total + of(play), 0);
  const slots = sum(({ control }) => control.slots);
  const readBackSlots = sum(({ readBack }) => readBack.slots);
  const skippedSlots = sum(({ control }) => control.skipped);
  const mismatches = sum(
    ({ readBack, control }) => readBack.mismatches + control.readBackMismatches,
  );
  const unprovenSlots = sum(unprovenSlotsOf);
  return {
    proven: mismatches === 0 && unprovenSlots === 0 && skippedSlots <= skippedShare * slots,
    slots,
    readBackSlots,
    skippedSlots,
    unprovenSlots,
    comparisons: sum(({ readBack }) => readBack.comparisons),
    mismatches,
  };
}

/** What a contest came to: every trace was played once under every policy. */
export function contestReport(
  plays: readonly PlayResult[],
  policies: readonly string[],
  traces: readonly ArrivalsTrace[],
  linkMbitPerS: number,
): ContestReport {
  const of = (policy: string) => plays.filter((play) => play.policy === policy);
  const [first = "", ...others] = policies;
  return {
    linkMbitPerS,
    accessPoints: traces[0]?.scenario.accessPoints ?? 0,
    traces: traces.length,
    slotsPerTrace: traces[0]?.slots.length ?? 0,
    contestants: policies.map((policy) => contestant(policy, of(policy))),
    differences: others.map((other) => difference(other, of(first), of(other))),
    proof: proofOf(plays),
    plays,
  };
}
