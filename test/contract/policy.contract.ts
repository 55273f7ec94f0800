import { describe, expect, it } from "vitest";
import { createAllocationEnvelope } from "../../core/allocation/envelope.ts";
import type { Policy } from "../../core/policy.ts";
import { paperScenario } from "../../core/slicing/scenario.ts";
import { SlicingSimulation } from "../../core/slicing/simulation.ts";
import type { User } from "../../core/slicing/user.ts";

const envelope = createAllocationEnvelope({ slices: 3, budgets: [18, 18], slewBlocks: null });

/** What every policy of the slicing system does. */
export function policyContract(
  name: string,
  create: () => Policy<readonly User[]> | Promise<Policy<readonly User[]>>,
): void {
  describe(`${name}, as a policy`, () => {
    it("proposes whole allocations that the envelope leaves as they are", async () => {
      const policy = await create();
      const simulation = new SlicingSimulation({ ...paperScenario, accessPoints: 1 }, 11);
      for (let slot = 0; slot < 2; slot++) {
        for (const { observation, users } of simulation.next()) {
          const proposal = await policy.decide(observation, users);
          expect(envelope.bound(proposal)).toMatchObject({ usable: true, altered: false });
        }
      }
    });

    it("does not change the observation", async () => {
      const policy = await create();
      const [slot] = new SlicingSimulation(paperScenario, 12).next();
      if (slot === undefined) throw new Error("no slot");
      const copy = Float64Array.from(slot.observation);
      await policy.decide(slot.observation, slot.users);
      expect(slot.observation).toEqual(copy);
    });
  });
}
