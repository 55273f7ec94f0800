import type { Actuator } from "../actuator.ts";
import type { Restoration } from "./restoration.ts";

/** An actuator of this machine: what it sets outlives the process unless it is put back. */
export interface SteeredDevice extends Actuator {
  /** The kernel's folders that stand for what is steered; no two agents may steer the same. */
  readonly folders: readonly string[];
  /**
   * Reads what is in force, changes nothing, and says how to put it back; comes before `start`.
   *
   * @throws SlotwiseError ACTUATOR_UNAVAILABLE where what is to be steered is missing or read-only
   */
  survey(): Promise<readonly Restoration[]>;
}
