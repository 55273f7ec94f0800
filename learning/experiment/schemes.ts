import type { LearnerConfig } from "../algorithms/learner-config.ts";

/** How the learners of a site's access points learn, and what they share. */
export interface Scheme {
  readonly algorithm: LearnerConfig["algorithm"];
  /** Of a generator, what is averaged after every episode, (17) and (18). */
  readonly shared: "everything" | "all but the last layers" | "nothing";
}

/** The slicing paper's schemes first, then ours, by the name the command line knows them by. */
export const schemes = {
  "fed-d3qn-gan": { algorithm: "d3qn-gan", shared: "everything" },
  "id3qn-gan": { algorithm: "d3qn-gan", shared: "nothing" },
  "fed-d3qn": { algorithm: "d3qn", shared: "everything" },
  id3qn: { algorithm: "d3qn", shared: "nothing" },
  "fed-d3qn-personal": { algorithm: "d3qn", shared: "all but the last layers" },
} as const satisfies Record<string, Scheme>;

export type SchemeName = keyof typeof schemes;
