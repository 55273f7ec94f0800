/** What the figures of the slicing paper are run with. */
export interface SlicingSettings {
  readonly seed: number;
  /** Trainings of every scheme: seeds `seed`, `seed` + 1, … */
  readonly seeds: number;
  /** Episodes of Figs. 3, 4 and 5. */
  readonly episodes: number;
  /** Episodes wherever many settings are compared: Fig. 6 and the studies. */
  readonly shortEpisodes: number;
  /** Seeds of the studies that only rank settings. */
  readonly studySeeds: number;
  /** An update of every learner after so many slots. */
  readonly updateEverySlots: number;
  readonly users: readonly number[];
  readonly accessPoints: readonly number[];
  readonly evaluationSlots: number;
  readonly evaluationSeed: number;
}

export function fullSettings(seed: number): SlicingSettings {
  return {
    seed,
    seeds: 10,
    episodes: 1000,
    shortEpisodes: 150,
    studySeeds: 5,
    updateEverySlots: 4,
    users: [10, 15, 20, 25, 30],
    accessPoints: [3, 4, 5, 6],
    evaluationSlots: 1000,
    evaluationSeed: 7,
  };
}

/** Few seeds and episodes: minutes on two cores, wide intervals. */
export function quickSettings(seed: number): SlicingSettings {
  return {
    ...fullSettings(seed),
    seeds: 3,
    episodes: 60,
    shortEpisodes: 20,
    studySeeds: 2,
    users: [10, 20, 30],
    accessPoints: [3, 4],
    evaluationSlots: 200,
  };
}
