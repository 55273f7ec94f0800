import type { ReplayState } from "./replay/replay-memory.ts";

/** Everything that one learner's later updates and decisions depend on. */
export interface LearnerState {
  readonly updates: number;
  readonly remembered: number;
  /** Its parameters, moments and target, each in the order of its network's layout. */
  readonly networks: ReadonlyMap<string, Float32Array>;
  readonly replay: ReplayState;
  readonly random: readonly number[];
  readonly replacement: readonly number[];
  readonly settings: readonly [rate: number, epsilon: number];
}
