import type { Policy } from "../../core/policy.ts";

/** A policy that holds a session until it is released. */
export interface OpenPolicy extends Policy {
  release(): Promise<void>;
}
