import type { Chart, ChartBar, SeriesStyle } from "../../../learning/experiment/plots/chart.ts";
import { palette } from "../../../learning/experiment/plots/palette.ts";
import type { Interval } from "../../../learning/experiment/statistics/interval.ts";
import { type ContestReport, policyLabel, type TaskMeans } from "./contest-report.ts";
import type { PlayResult } from "./play-result.ts";

const colors = Object.values(palette).slice(1);
const stretchS = 0.5;

function styles({ contestants }: ContestReport): SeriesStyle[] {
  return contestants.map(({ policy }, i) => ({
    name: policyLabel(policy),
    color: colors[i % colors.length] as string,
  }));
}

function bar(series: string, category: string, { mean, low, high, count }: Interval): ChartBar {
  return { series, category, y: mean, ...(count > 1 && { low, high }) };
}

function taskBars(report: ContestReport, of: (means: TaskMeans) => Interval): ChartBar[] {
  return report.contestants.flatMap((one) => [
    bar(policyLabel(one.policy), "all", of(one)),
    ...one.slices.map((slice, i) => bar(policyLabel(one.policy), `slice ${i + 1}`, of(slice))),
  ]);
}

function outcomeChart(report: ContestReport): Chart {
  return {
    title: "Measured on the testbed",
    subtitle: `${report.traces} traces under each policy, 95 % intervals`,
    series: styles(report),
    panels: [
      {
        kind: "bars",
        x: { title: "tasks" },
        y: { title: "mean delay", unit: "ms" },
        bars: taskBars(report, ({ meanDelayMs }) => meanDelayMs),
      },
      {
        kind: "bars",
        x: { title: "tasks" },
        y: { title: "satisfaction" },
        bars: taskBars(report, ({ satisfaction }) => satisfaction),
      },
    ],
  };
}

function allocationBars(
  report: ContestReport,
  of: (allocation: PlayResult["allocation"]) => readonly number[],
): ChartBar[] {
  return report.contestants.flatMap(({ policy, allocation }) =>
    of(allocation).map((y, i) => ({
      series: policyLabel(policy),
      category: `slice ${i + 1}`,
      y,
    })),
  );
}

function allocationChart(report: ContestReport): Chart {
  return {
    title: "Allocations in force, as read back",
    series: styles(report),
    panels: [
      {
        kind: "bars",
        x: { title: "bandwidth, each way" },
        y: { title: "rate", unit: "Mbit/s" },
        bars: allocationBars(report, ({ mbitPerS }) => mbitPerS),
      },
      {
        kind: "bars",
        x: { title: "compute" },
        y: { title: "CPU time a slot", unit: "ms" },
        bars: allocationBars(report, ({ cpuMs }) => cpuMs),
      },
    ],
  };
}

function courseChart(report: ContestReport): Chart {
  const { plays } = report;
  const [first] = plays;
  const byTrace = [...new Set(plays.map(({ seed }) => seed))];
  return {
    title: "From trace to trace, and through the first one",
    series: styles(report),
    panels: [
      {
        kind: "lines",
        x: { title: "trace" },
        y: { title: "mean delay", unit: "ms", fromZero: true },
        points: plays.map(({ policy, seed, meanDelayMs }) => ({
          series: policyLabel(policy),
          x: byTrace.indexOf(seed) + 1,
          y: meanDelayMs,
        })),
        marks: true,
      },
      {
        kind: "lines",
        x: { title: "time", unit: "s", fromZero: true },
        y: { title: "mean delay in half a second", unit: "ms", fromZero: true },
        points: plays
          .filter(({ seed }) => seed === first?.seed)
          .flatMap(({ policy, stretches }) =>
            stretches.map(({ meanDelayMs }, k) => ({
              series: policyLabel(policy),
              x: k * stretchS,
              y: meanDelayMs,
            })),
          ),
      },
    ],
  };
}

/** The report's pictures by file name. */
export function contestCharts(report: ContestReport): Readonly<Record<string, Chart>> {
  return {
    outcome: outcomeChart(report),
    allocation: allocationChart(report),
    course: courseChart(report),
  };
}
