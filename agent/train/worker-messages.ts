import type { FederationGlobalHeader } from "../../core/messages/federation-global.ts";
import type { Weights } from "../../core/weights/tensor.ts";
import type { TrainingCounts } from "./training-session.ts";

/** To the train worker, from the main thread. */
export type TrainCommand =
  | {
      readonly type: "global";
      readonly header: FederationGlobalHeader;
      readonly weights: Weights;
    }
  | { readonly type: "stop" };

/** From the train worker to the main thread. */
export type TrainReport =
  | { readonly type: "ready" }
  | { readonly type: "counts"; readonly counts: TrainingCounts }
  | { readonly type: "episode-ended"; readonly weights: Weights; readonly samples: number }
  | { readonly type: "global-adopted"; readonly header: FederationGlobalHeader }
  | { readonly type: "global-refused"; readonly reason: string }
  /** A learned policy may not decide yet. */
  | { readonly type: "withheld"; readonly reason: string }
  /** The learned policy could not be written to its file. */
  | { readonly type: "not-kept"; readonly reason: string }
  /** The model's weights do not fit the learner, which starts from drawn ones. */
  | { readonly type: "start-refused"; readonly reason: string };
