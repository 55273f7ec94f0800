import type { SlicingScenario } from "../../core/slicing/scenario.ts";
import {
  batches,
  type Estimate,
  estimate,
  estimateDifference,
  mean,
  quantile,
} from "./batch-interval.ts";
import type { DelayReport, SentReport } from "./traffic/protocol.ts";

/** Delays of one slice, or of all, in one phase; the percentiles and means are of complete tasks. */
export interface DelayResult {
  readonly sent: number;
  /** Tasks that did not come complete: packets the full queue dropped. */
  readonly lost: number;
  readonly meanMs: Estimate;
  readonly p50Ms: Estimate;
  readonly p95Ms: Estimate;
  /** Share of the sent tasks that came within the slice's delay limit. */
  readonly satisfaction: Estimate;
}

export interface PhaseResult {
  readonly slices: readonly DelayResult[];
  readonly all: DelayResult;
  /** Slots whose tasks the sender created over 1 ms late. */
  readonly lateSlots: number;
}

/** What the sender and the receivers of one phase reported. */
export interface PhaseMeasurement {
  readonly slots: number;
  readonly sent: SentReport;
  readonly received: readonly DelayReport[];
}

interface Batched {
  readonly delaysMs: number[][];
  readonly satisfied: number[][];
}

function emptyBatches(): Batched {
  const empty = () => Array.from({ length: batches }, (): number[] => []);
  return { delaysMs: empty(), satisfied: empty() };
}

function batchOf(slot: number, slots: number): number {
  return Math.min(batches - 1, Math.floor((slot * batches) / slots));
}

/** Delays by slice and batch of slots. */
function sortOut(scenario: SlicingScenario, measurement: PhaseMeasurement): Batched[] {
  const slices = scenario.slices.map(emptyBatches);
  for (const { slice, slot, delayMs } of measurement.received) {
    for (const [k, delay] of delayMs.entries()) {
      const index = slice[k] as number;
      const batch = batchOf(slot[k] as number, measurement.slots);
      const limitMs = scenario.slices[index]?.maxDelayMs ?? 0;
      slices[index]?.delaysMs[batch]?.push(delay);
      slices[index]?.satisfied[batch]?.push(delay <= limitMs ? 1 : 0);
    }
  }
  return slices;
}

function merged(parts: readonly number[][][]): number[][] {
  return Array.from({ length: batches }, (_, batch) => parts.flatMap((part) => part[batch] ?? []));
}

function resultOf(sent: number, { delaysMs, satisfied }: Batched): DelayResult {
  const complete = delaysMs.reduce((sum, batch) => sum + batch.length, 0);
  const satisfaction = estimate(satisfied, mean);
  const share = sent === 0 ? 0 : complete / sent;
  return {
    sent,
    lost: sent - complete,
    meanMs: estimate(delaysMs, mean),
    p50Ms: estimate(delaysMs, quantile(0.5)),
    p95Ms: estimate(delaysMs, quantile(0.95)),
    satisfaction: {
      value: satisfaction.value * share,
      low: satisfaction.low * share,
      high: satisfaction.high * share,
    },
  };
}

function whole(slices: readonly Batched[]): Batched {
  return {
    delaysMs: merged(slices.map((slice) => slice.delaysMs)),
    satisfied: merged(slices.map((slice) => slice.satisfied)),
  };
}

/** Delay statistics of one phase by slice and over all tasks. */
export function phaseResult(scenario: SlicingScenario, measurement: PhaseMeasurement): PhaseResult {
  const slices = sortOut(scenario, measurement);
  const { tasks, lateSlots } = measurement.sent;
  return {
    slices: slices.map((slice, i) => resultOf(tasks[i] ?? 0, slice)),
    all: resultOf(
      tasks.reduce((sum, count) => sum + count, 0),
      whole(slices),
    ),
    lateSlots,
  };
}

/** Mean delay of the first phase minus that of the second, paired by the slots they share, ms. */
export function meanDelayDifferenceMs(
  scenario: SlicingScenario,
  first: PhaseMeasurement,
  second: PhaseMeasurement,
): Estimate {
  const [a, b] = [first, second].map((phase) => whole(sortOut(scenario, phase)).delaysMs);
  return estimateDifference(a ?? [], b ?? [], mean);
}
