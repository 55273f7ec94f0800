import type { LearnerConfig } from "../algorithms/learner-config.ts";

/** The paper's federated schemes, by the name the command line knows them by. */
export const schemes = {
  "fed-d3qn-gan": { algorithm: "d3qn-gan" },
  "fed-d3qn": { algorithm: "d3qn" },
} as const satisfies Record<string, Pick<LearnerConfig, "algorithm">>;

export type Scheme = keyof typeof schemes;
