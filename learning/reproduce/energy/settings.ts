/** How large a reproduction is; everything its numbers depend on beside the models. */
export interface EnergySettings {
  readonly seed: number;
  /** Draws a point; the paper takes 100. */
  readonly draws: number;
  /** Draws a point in Fig. 5, for which the paper gives no number. */
  readonly stepsDraws: number;
  /** Values of K in Figs. 5 and 10. */
  readonly taskCounts: readonly number[];
  /** Values of Fig. 9, cycles. */
  readonly cycles: readonly number[];
  /** Values of Fig. 9, bytes. */
  readonly resultBytes: readonly number[];
  /** Training runs per algorithm and reward in Fig. 4. */
  readonly trainingSeeds: number;
  readonly trainingEpisodes: number;
}

const mega = 1e6;

export function fullSettings(seed: number): EnergySettings {
  return {
    seed,
    draws: 100,
    stepsDraws: 50,
    taskCounts: [10, 20, 30, 40, 50, 60, 70, 80, 90, 100],
    cycles: [100, 200, 300, 400, 500].map((c) => c * mega),
    resultBytes: [2, 4, 6, 8, 10].map((l) => l * mega),
    trainingSeeds: 3,
    trainingEpisodes: 400,
  };
}

/** Few draws and points: minutes on two cores, wide intervals. */
export function quickSettings(seed: number): EnergySettings {
  return {
    seed,
    draws: 10,
    stepsDraws: 10,
    taskCounts: [10, 30, 50, 60, 80, 100],
    cycles: [100, 300, 500].map((c) => c * mega),
    resultBytes: [2, 6, 10].map((l) => l * mega),
    trainingSeeds: 2,
    trainingEpisodes: 100,
  };
}
