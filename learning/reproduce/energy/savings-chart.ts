import type { Chart, ChartBar } from "../../experiment/plots/chart.ts";
import { palette } from "../../experiment/plots/palette.ts";
import type { Sample } from "../figure.ts";
import { saving } from "./paired-series.ts";
import type { ClaimedSavings } from "./saving-claims.ts";

const inPaper = "the paper";
const here = "here";
const possible = "at most possible";

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
                y: 100 * interval.mean,
                low: 100 * interval.low,
                high: 100 * interval.high,
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
