import { paperScenario } from "../../core/slicing/scenario.ts";
import type { DemoSystem } from "./demo-system.ts";
import { fixed, recentMean } from "./recent-mean.ts";

/** One shade per slice, readable without colour. */
const shades = ["█", "▓", "░"] as const;

function bar(blocks: readonly number[]): string {
  return blocks.map((count, slice) => (shades[slice] ?? "▒").repeat(Math.max(0, count))).join("");
}

/** Learning agents that share bandwidth and compute out to slices, every 10 ms. */
export function slicingDemo(learns: boolean): DemoSystem {
  return {
    name: "slicing",
    slotMs: paperScenario.slotMs,
    learns,
    defaultModel: "slicing",
    simulatorArguments: [],
    comparison: {
      own: "learned",
      references: { equal: "equal", sqrtLoad: "sqrt-load", optimal: "optimal" },
      measures: {
        reward: { measure: "rewardMs", label: "reward", digits: 4 },
        meanDelayMs: { measure: "meanDelayMs", label: "delay ms", digits: 3 },
        satisfaction: { measure: "satisfaction", label: "satisfaction", digits: 4 },
      },
    },
    columns: [
      ["delay ms", 9],
      ["satisfied", 10],
      ["of optimum", 11],
      ["bandwidth", 19],
      ["compute", 19],
      ["late", 5],
      ["fallback", 9],
      ["round", 6],
    ],
    legend: `slices ${shades.map((shade, slice) => `${shade} ${slice + 1}`).join("  ")}`,
    prepareAgent: () => [],
    notes: () => [],
    cells: (_agent, recent) => {
      const { current, slots, federation } = recent.latest;
      const optimum = recentMean(recent, "rewardMs", (t) => t.performance.references.optimal);
      const half = current.allocation.length / 2;
      return [
        fixed(recentMean(recent, "meanDelayMs"), 2),
        fixed(recentMean(recent, "satisfaction"), 3),
        `${fixed((100 * recentMean(recent, "rewardMs")) / optimum, 1)} %`,
        bar(current.allocation.slice(0, half)),
        bar(current.allocation.slice(half)),
        String(slots.late),
        String(slots.fallback),
        String(federation.round),
      ];
    },
    closing: () => ({}),
  };
}
