import type { Chart } from "../../experiment/plots/chart.ts";
import { palette } from "../../experiment/plots/palette.ts";
import type { FederationForms } from "../../experiment/site-federation.ts";
import { mean, meanInterval } from "../../experiment/statistics/interval.ts";
import type { Experiment } from "../experiment.ts";
import { type Sample, summaryRows } from "../figure.ts";
import { type Run, runsOf, valuesOf } from "./series.ts";
import type { SlicingSettings } from "./settings.ts";
import type { SlicingResult, SlicingUnit } from "./slicing-runner.ts";
import { trainingUnits } from "./units.ts";

const forms: Readonly<Record<string, FederationForms>> = {
  float32: { uplink: "float32", downlink: "float32" },
  "float16 up": { uplink: "float16", downlink: "float32" },
  "float16 both ways": { uplink: "float16", downlink: "float16" },
  "int8-delta up": { uplink: "int8-delta", downlink: "float32" },
  "int8-delta both ways": { uplink: "int8-delta", downlink: "int8-delta" },
};

const panels = {
  reward: "reward (ms)",
  difference: "reward above float32's (%)",
  update: "update (kB)",
  global: "global model (kB)",
};

const colors: Readonly<Record<string, string>> = {
  [panels.difference]: palette.blue,
  [panels.update]: palette.orange,
  [panels.global]: palette.green,
};

/** As the shipped model learns, but smaller and faster, so that little of the spread is of the training. */
const learner = {
  head: "slice",
  width: 32,
  discount: 0,
  generatorLearningRate: 2e-3,
  adam: { beta1: 0.9 },
  exploration: { decaySlots: 1000 },
  learningRateDecay: { everyEpisodes: 40, factor: 0.3 },
} as const;
const scenario = { accessPoints: 3, reward: { delayUnit: "slot", scope: "local" } } as const;
const users = 20;

function unitsOf(settings: SlicingSettings, federation: FederationForms) {
  const { shortEpisodes: episodes } = settings;
  return trainingUnits(settings, {
    ...{ scheme: "fed-d3qn", learner, scenario, federation, episodes },
  });
}

function lengths(runs: readonly Run[], of: "updateBytes" | "globalBytes"): number[] {
  return runs.flatMap(({ courses }) => courses.map((course) => mean(course[of]) / 1e3));
}

function samplesOf(series: string, runs: readonly Run[], exact: readonly number[]): Sample[] {
  const earned = valuesOf(runs, users, "rewardMs");
  const above = earned.map((value, seed) => 100 * (value / (exact[seed] as number) - 1));
  const values = {
    [panels.reward]: earned,
    [panels.difference]: above,
    [panels.update]: lengths(runs, "updateBytes"),
    [panels.global]: lengths(runs, "globalBytes"),
  };
  return Object.entries(values).map(([panel, own]) => ({ panel, series, x: 0, values: own }));
}

function bars(samples: readonly Sample[], panel: string) {
  return samples
    .filter((sample) => sample.panel === panel)
    .map(({ series, values }) => {
      const { mean: y = 0, low = 0, high = 0 } = meanInterval(values as readonly number[]) ?? {};
      return { series: panel, category: series, y, low, high };
    });
}

/** Study 11: what the forms that weights travel in cost, paired by seed, and what they save. */
export const encodingsExperiment: Experiment<SlicingSettings, SlicingUnit, SlicingResult> = {
  figures: [11],
  units: (settings) => Object.values(forms).flatMap((federation) => unitsOf(settings, federation)),
  draw: (settings, units, results) => {
    const runs = runsOf(units, results);
    const count = runs.length / Object.keys(forms).length;
    const exact = valuesOf(runs.slice(0, count), users, "rewardMs");
    const samples = Object.keys(forms).flatMap((name, i) =>
      samplesOf(name, runs.slice(i * count, (i + 1) * count), exact),
    );
    const chart = (title: string, names: readonly string[]): Chart => ({
      title: `Study 11: ${title}`,
      subtitle: `mean and 95 % interval of ${settings.seeds} seeds after ${settings.shortEpisodes} episodes, greedy, paired by seed`,
      series: names.map((name) => ({ name, color: colors[name] as string })),
      panels: [
        {
          kind: "bars",
          x: { title: "", slanted: true },
          y: { title },
          bars: names.flatMap((name) => bars(samples, name)),
        },
      ],
    });
    return [
      {
        number: 11,
        title: "forms that weights travel in",
        charts: [
          chart(panels.difference, [panels.difference]),
          chart("mean length in a round (kB)", [panels.update, panels.global]),
        ],
        rows: summaryRows(samples),
        samples,
        claims: [],
      },
    ];
  },
};
