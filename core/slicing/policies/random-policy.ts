import type { Policy } from "../../policy.ts";
import type { Random } from "../../random.ts";
import { type ActionSpace, allocationOf } from "../action-space.ts";

/** Uniform over the joint actions. */
export function createRandomPolicy(space: ActionSpace, random: Random): Policy {
  return { name: "random", decide: () => allocationOf(space, random.integer(space.size)) };
}
