import { evaluate } from "../../../core/slicing/evaluation.ts";
import type { Performance } from "../../../core/slicing/performance.ts";
import { createBuiltInPolicy } from "../../../core/slicing/policies.ts";
import { slicingScenarioSchema } from "../../../core/slicing/scenario.ts";

/** A policy that learns nothing, on the slots that the trained ones are evaluated on. */
export interface ReferenceUnit {
  readonly kind: "reference";
  readonly policy: "equal" | "sqrt-load";
  readonly users: readonly number[];
  readonly accessPoints: number;
  readonly evaluationSlots: number;
  readonly evaluationSeed: number;
}

export interface ReferenceResult {
  /** One per number of users, with what the full oracle makes of the same slots. */
  readonly evaluations: readonly {
    readonly users: number;
    readonly policy: Performance;
    readonly optimal: Performance;
  }[];
}

export async function runReference(unit: ReferenceUnit): Promise<ReferenceResult> {
  const evaluations: ReferenceResult["evaluations"][number][] = [];
  for (const users of unit.users) {
    const scenario = slicingScenarioSchema.parse({
      usersPerAccessPoint: users,
      accessPoints: unit.accessPoints,
    });
    const policy = createBuiltInPolicy(unit.policy, scenario, 0);
    if (policy === undefined) throw new RangeError(`expected a policy; received ${unit.policy}`);
    const result = await evaluate(scenario, policy, unit.evaluationSlots, unit.evaluationSeed);
    const { meanDelayMs, satisfaction, rewardMs, rewardSlot, optimal } = result;
    if (optimal === undefined) throw new RangeError("expected a scenario whose optimum is exact");
    const own = { meanDelayMs, satisfaction, rewardMs, rewardSlot };
    evaluations.push({ users, policy: own, optimal });
  }
  return { evaluations };
}
