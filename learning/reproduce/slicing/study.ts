import { palette } from "../../experiment/plots/palette.ts";
import { meanInterval } from "../../experiment/statistics/interval.ts";
import type { Experiment } from "../experiment.ts";
import { type Sample, summaryRows } from "../figure.ts";
import { measures, runsOf, valuesOf } from "./series.ts";
import type { SlicingSettings } from "./settings.ts";
import type { SlicingResult, SlicingUnit } from "./slicing-runner.ts";
import type { TrainingUnit } from "./training-unit.ts";
import { trainingUnits } from "./units.ts";

/** One setting of a study: what differs from the reproduction's learner and scenario. */
interface Variation {
  readonly name: string;
  readonly scheme: TrainingUnit["scheme"];
  readonly learner?: TrainingUnit["learner"];
  readonly scenario?: TrainingUnit["scenario"];
}

/** Settings ranked by what their greedy policies earn after a short training. */
export interface Study {
  readonly figure: number;
  readonly title: string;
  readonly variations: readonly Variation[];
  seeds(settings: SlicingSettings): number;
}

const users = 20;

function unitsOf(study: Study, settings: SlicingSettings, variation: Variation): TrainingUnit[] {
  const { name: _, ...own } = variation;
  const episodes = settings.shortEpisodes;
  return trainingUnits(settings, { scenario: {}, ...own, episodes, seeds: study.seeds(settings) });
}

/** The runs of a study as an experiment: a bar per variation for reward and delay. */
export function studyExperiment(
  study: Study,
): Experiment<SlicingSettings, SlicingUnit, SlicingResult> {
  return {
    figures: [study.figure],
    units: (settings) =>
      study.variations.flatMap((variation) => unitsOf(study, settings, variation)),
    draw: (settings, units, results) => {
      const runs = runsOf(units, results);
      let start = 0;
      const samples = study.variations.flatMap((variation): Sample[] => {
        const count = unitsOf(study, settings, variation).length;
        const own = runs.slice(start, start + count);
        start += count;
        return measures.map((panel) => ({
          panel,
          series: variation.name,
          x: 0,
          values: valuesOf(own, users, panel),
        }));
      });
      const bars = (panel: string) =>
        samples
          .filter((sample) => sample.panel === panel)
          .map(({ series, values }) => {
            const interval = meanInterval(values as readonly number[]);
            const { mean: y = 0, low = 0, high = 0 } = interval ?? {};
            return { series: "after training", category: series, y, low, high };
          });
      return [
        {
          number: study.figure,
          title: study.title,
          charts: (["rewardMs", "meanDelayMs"] as const).map((measure) => ({
            title: `Study ${study.figure}: ${study.title}`,
            subtitle: `mean and 95 % interval of ${study.seeds(settings)} seeds after ${settings.shortEpisodes} episodes, greedy`,
            series: [{ name: "after training", color: palette.blue }],
            panels: [
              {
                kind: "bars" as const,
                x: { title: "", slanted: true },
                y: {
                  title: measure === "rewardMs" ? "reward (ms)" : "mean delay (ms)",
                  fromZero: false,
                },
                bars: bars(measure),
              },
            ],
          })),
          rows: summaryRows(samples),
          samples,
          claims: [],
        },
      ];
    },
  };
}
