import type { SlicingSettings } from "./settings.ts";
import type { TrainingUnit } from "./training-unit.ts";

/** The paper's schemes, the proposed one first. */
export const paperSchemes = ["fed-d3qn-gan", "id3qn-gan", "fed-d3qn", "id3qn"] as const;

export type PaperScheme = (typeof paperSchemes)[number];

/** How the figures name the schemes: the paper's names. */
export const schemeLabels: Readonly<Record<PaperScheme, string>> = {
  "fed-d3qn-gan": "FedD3QN-GAN",
  "id3qn-gan": "ID3QN-GAN",
  "fed-d3qn": "FedD3QN",
  id3qn: "ID3QN",
};

/** The paper's reward is the system's (A7). */
export const systemReward = { delayUnit: "ms", scope: "system" } as const;

/** Seeds that one process trains side by side. */
const seedsPerUnit = 5;

type Variation = Pick<TrainingUnit, "scheme"> &
  Partial<
    Pick<TrainingUnit, "learner" | "scenario" | "federation" | "episodes" | "evaluatedUsers">
  > & {
    readonly seeds?: number;
  };

/** Trainings of one variation, as many units as its seeds need; by default as in Fig. 3. */
export function trainingUnits(settings: SlicingSettings, variation: Variation): TrainingUnit[] {
  const { seed, updateEverySlots, evaluationSlots, evaluationSeed } = settings;
  const count = variation.seeds ?? settings.seeds;
  const seeds = Array.from({ length: count }, (_, i) => seed + i);
  return Array.from({ length: Math.ceil(count / seedsPerUnit) }, (_, u) => ({
    kind: "training",
    scheme: variation.scheme,
    learner: variation.learner ?? {},
    scenario: variation.scenario ?? { reward: systemReward },
    ...(variation.federation && { federation: variation.federation }),
    seeds: seeds.slice(u * seedsPerUnit, (u + 1) * seedsPerUnit),
    episodes: variation.episodes ?? settings.episodes,
    updateEverySlots,
    evaluatedUsers: variation.evaluatedUsers ?? [20],
    evaluationSlots,
    evaluationSeed,
  }));
}
