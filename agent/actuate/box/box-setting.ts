import type { Restoration } from "../restore/restoration.ts";

/** One number of a box that follows the decisions of a slot, such as the cap of its CPU frequency. */
export interface BoxSetting {
  /**
   * Reads what is in force, changes nothing, and says how to put it back.
   *
   * @throws Error where the box has no such setting, or does not let it be changed
   */
  start(): Promise<readonly Restoration[]>;
  /**
   * Brings the setting to a share, in (0, 1], of its highest value, as near as the box allows, and
   * reads it back. Writes nothing where it is so already.
   *
   * @returns what is in force relative to what was planned: 1 where the box did as it was told
   */
  put(share: number): Promise<number>;
  /** Puts back what `start` read. */
  restore(): Promise<void>;
}
