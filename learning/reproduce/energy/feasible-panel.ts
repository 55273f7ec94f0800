import type { Panel } from "../../experiment/plots/chart.ts";
import type { Sample } from "../figure.ts";

/** The share of draws in which each algorithm ended with every constraint kept. */
export function feasiblePanel(samples: readonly Sample[]): Panel {
  return {
    kind: "bars",
    x: { title: "tasks K" },
    y: { title: "draws solved feasibly", unit: "%" },
    bars: samples.map(({ series, x, values }) => ({
      series,
      category: String(x),
      y: (100 * values.filter((value) => value !== null).length) / values.length,
    })),
  };
}
