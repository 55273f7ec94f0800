import type { Chart, ChartBar } from "../../experiment/plots/chart.ts";
import { palette } from "../../experiment/plots/palette.ts";
import type { Sample } from "../figure.ts";
import { saving } from "../paired-series.ts";
import type { ClaimedSavings } from "./saving-claims.ts";

const inPaper = "the paper";
const here = "here";
const possible = "at most possible";

/** To a tenth of a percent: what is drawn, and no axis below zero for less. */
function percentOf(share: number): number {
  return Math.round(1000 * share) / 10;
}

/** What DDQL saves against each algorithm, beside the paper's word and what the lower bound leaves. */
export function savingsChart(
  title: string,
  energy: readonly Sample[],
  boundsJ: readonly Sample[],
  claimed: ClaimedSavings,
): Chart {
  const bars = Object.entries(claimed).flatMap(([category, percent]): ChartBar[] => {
    const measured = saving(energy, "DDQL", category);
    const limit = saving([...energy, ...boundsJ], "lower bound", category);
    return [
      { series: inPaper, category, y: percent },
      ...[
        { series: here, interval: measured },
        { series: possible, interval: limit },
      ].flatMap(({ series, interval }) =>
        interval === undefined
          ? []
          : [
              {
                series,
                category,
                y: percentOf(interval.mean),
                low: percentOf(interval.low),
                high: percentOf(interval.high),
              },
            ],
      ),
    ];
  });
  return {
    title,
    subtitle:
      "share of the other's energy, 95 % intervals; at most possible: down to the lower bound",
    series: [
      { name: inPaper, color: palette.grey },
      { name: here, color: palette.vermillion },
      { name: possible, color: palette.skyBlue },
    ],
    panels: [
      {
        kind: "bars",
        x: { title: "compared with" },
        y: { title: "energy saved", unit: "%" },
        bars,
      },
    ],
  };
}
