import type { Envelope } from "../core/allocation/envelope.ts";
import type { Policy } from "../core/policy.ts";
import type { Random } from "../core/random.ts";
import type { OpenPolicy } from "./policy/open-policy.ts";

/** What the agent must know of the system it controls; everything else of it is vectors. */
export interface AgentSystem {
  /** "slicing", "energy" */
  readonly name: string;
  readonly slotMs: number;
  readonly observationLength: number;
  readonly actionLength: number;
  readonly envelope: Envelope;
  /** Named in state and telemetry while no model is in force. */
  readonly safePolicyName: string;
  /** The action of last resort, on what was last known. */
  safePolicy(lastObservation: Float64Array | undefined): ArrayLike<number>;
  /** A uniform draw from the joint actions, for exploration. */
  randomAction(random: Random): ArrayLike<number>;
  /** A policy that needs no file, or undefined when none has this name. */
  builtInPolicy(name: string, seed: number): Policy | undefined;
  /**
   * Opens a policy file that passed its checks, and tries it.
   *
   * @throws SlotwiseError MODEL_REFUSED
   */
  openPolicy(bytes: Uint8Array, name: string): Promise<OpenPolicy>;
  /** Observations drawn as the system's model draws them, one a call. */
  drawnObservations(seed: number): () => Float64Array;
}
