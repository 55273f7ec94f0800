import type { ActionHead } from "./networks/heads/action-head.ts";

/** What a learner must know of the system it learns for. */
export interface Problem {
  /** `slotwise.system` of its policy files. */
  readonly system: "slicing" | "energy";
  /** What its policy files say beside format, system, learner and training, as metadata_props. */
  readonly metadata: Readonly<Record<string, string>>;
  /** Names of a policy's input and action output; an action of one number is [N], others [N, size]. */
  readonly signature: { readonly observation: string; readonly action: string };
  /** What every observation element is multiplied with inside the network. */
  readonly observationScale: Float64Array;
  readonly head: ActionHead;
  /** The learning rate decays by episodes; about so many transitions are one. */
  readonly transitionsPerEpisode: number;
  /** Typical observations, on which an exported policy is compared with its learner. */
  drawObservations(count: number, seed: number): Float64Array[];
}
