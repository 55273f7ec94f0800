import type { BridgeInfo, BridgeSystem } from "../../core/messages/bridge.ts";

/** What a slot brought one agent. */
export interface SlotResult {
  readonly reward: number;
  readonly performance: BridgeInfo["performance"];
  readonly references: BridgeInfo["references"];
}

/** A simulated system, one slot at a time: `begin`, then `end` with every agent's action. */
export interface Simulator {
  readonly description: BridgeSystem;
  readonly agents: readonly string[];
  /** The action of an agent that never sent one. */
  readonly initialAction: readonly number[];
  /** Begins a slot: the observation of every agent, in the order of `agents`. */
  begin(): readonly (readonly number[])[];
  /** Does, while a slot runs, what does not depend on the actions. */
  prepare(): void;
  /** Ends the slot: its result for every agent. */
  end(actions: readonly (readonly number[])[]): readonly SlotResult[];
  /** Makes the next slot the first of an episode; with a seed, of the first episode of that seed. */
  reset(seed?: number): void;
}
