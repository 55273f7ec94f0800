import type { Actuator } from "../actuator.ts";
import type { DeviceLock } from "./device-lock.ts";
import type { Restoration } from "./restoration.ts";

/** An actuator of this machine: what it sets outlives the process unless it is put back. */
export interface SteeredDevice extends Actuator {
  /**
   * Stand for what is steered, each once.
   *
   * @throws SlotwiseError ACTUATOR_UNAVAILABLE where what is to be steered is missing
   */
  locks(): Promise<readonly DeviceLock[]>;
  /**
   * Reads what is in force, changes nothing, and says how to put it back; comes before `start`.
   *
   * @throws SlotwiseError ACTUATOR_UNAVAILABLE where what is to be steered is missing or read-only
   */
  survey(): Promise<readonly Restoration[]>;
}
