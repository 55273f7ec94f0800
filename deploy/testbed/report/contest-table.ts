import { markdownTable } from "../../../learning/experiment/plots/markdown-table.ts";
import type { Interval } from "../../../learning/experiment/statistics/interval.ts";
import { type ContestReport, type Proof, policyLabel, type TaskMeans } from "./contest-report.ts";
import type { PlayResult } from "./play-result.ts";

function shown({ mean, low, high, count }: Interval, digits: number): string {
  const value = mean.toFixed(digits);
  return count < 2 ? value : `${value} [${low.toFixed(digits)}, ${high.toFixed(digits)}]`;
}

function percent({ mean }: Interval): string {
  return `${(100 * mean).toFixed(2)} %`;
}

function taskCells({ meanDelayMs, satisfaction, lostShare }: TaskMeans): string[] {
  return [shown(meanDelayMs, 2), shown(satisfaction, 3), percent(lostShare)];
}

function numbers(values: readonly number[], digits: number): string {
  return values.map((value) => value.toFixed(digits)).join(" / ");
}

function proofLine(proof: Proof): string {
  const { slots, readBackSlots, skippedSlots, unprovenSlots, comparisons, mismatches } = proof;
  return `${slots} slots: ${readBackSlots} read back on all three devices, ${skippedSlots} skipped by the agent with nothing written, ${unprovenSlots} without a read-back; ${comparisons} values compared with their commands, ${mismatches} differ`;
}

function controlLine(plays: readonly PlayResult[]): string {
  const sum = (of: (play: PlayResult) => number) =>
    plays.reduce((total, play) => total + of(play), 0);
  const { slots, held, late, fallback } = {
    slots: sum(({ control }) => control.slots),
    held: sum(({ control }) => control.held),
    late: sum(({ control }) => control.late),
    fallback: sum(({ control }) => control.fallback),
  };
  const lateSlots = sum((play) => play.lateSlots);
  return `${slots} slots, ${held} held, ${late} late, ${fallback} decided by the safe policy; tasks of ${lateSlots} slots were created over 1 ms late`;
}

/** The report in Markdown tables, which read as text too. */
export function contestTables(report: ContestReport): string {
  const { contestants, differences, plays, proof } = report;
  const [first] = contestants;
  const head = ["policy", "mean delay ms", "satisfaction", "lost"];
  const parts = [
    `${report.traces} traces of ${report.slotsPerTrace} slots, ${report.accessPoints} access point(s), ${report.linkMbitPerS} Mbit/s each way; means over the traces with their 95 % intervals.\n`,
    markdownTable(
      [...head, "p95 ms", "Mbit/s by slice", "CPU ms a slot", "CPU used"],
      contestants.map((one) => [
        policyLabel(one.policy),
        ...taskCells(one),
        shown(one.p95DelayMs, 1),
        numbers(one.allocation.mbitPerS, 1),
        numbers(one.allocation.cpuMs, 2),
        percent(one.computeUse),
      ]),
    ),
    ...(first === undefined || differences.length === 0
      ? []
      : [
          markdownTable(
            [`${policyLabel(first.policy)} minus`, "mean delay ms", "satisfaction"],
            differences.map(({ against, meanDelayMs, satisfaction }) => [
              policyLabel(against),
              shown(meanDelayMs, 2),
              shown(satisfaction, 3),
            ]),
          ),
        ]),
    markdownTable(
      ["slice", ...head],
      contestants.flatMap(({ policy, slices }) =>
        slices.map((slice, i) => [String(i + 1), policyLabel(policy), ...taskCells(slice)]),
      ),
    ),
    `Read-back: ${proofLine(proof)}.\n`,
    ...contestants.map(
      ({ policy }) =>
        `${policyLabel(policy)}: ${controlLine(plays.filter((play) => play.policy === policy))}.\n`,
    ),
  ];
  return parts.join("\n");
}
