import type { ReplayState } from "./replay/replay-memory.ts";

/** What one learner of a stack has come to, besides its networks. */
interface AgentState {
  readonly remembered: number;
  readonly replay: ReplayState;
  readonly random: readonly number[];
  readonly replacement: readonly number[];
  readonly settings: readonly [rate: number, epsilon: number];
}

/** Everything that a stack's later updates and decisions depend on. */
export interface LearnerStackState {
  readonly updates: number;
  /** Parameters, moments and targets of the agents of each run. */
  readonly engines: readonly ReadonlyMap<string, Float32Array>[];
  readonly agents: readonly AgentState[];
}
