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
  /** No value read back differs from its command, and no device was left out of a slot. */
  readonly proven: boolean;
  /** Slots of the agents' clocks; those without a read-back were skipped or failed. */
  readonly slots: number;
  readonly readBackSlots: number;
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

/** Share of the agents' slots that must have been read back. */
const provenShare = 0.95;

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

function proofOf(plays: readonly PlayResult[]): Proof {
  const sum = (of: (play: PlayResult) => number) =>
    plays.reduce((total, play) => total + of(play), 0);
  const slots = sum(({ control }) => control.slots);
  const readBackSlots = sum(({ readBack }) => readBack.slots);
  const mismatches = sum(({ readBack }) => readBack.mismatches);
  const incompleteSlots = sum(({ readBack }) => readBack.incompleteSlots);
  return {
    proven: mismatches === 0 && incompleteSlots === 0 && readBackSlots >= provenShare * slots,
    slots,
    readBackSlots,
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
