import type { Observation } from "../allocation/allocation.ts";
import { createAllocationEnvelope, type Envelope } from "../allocation/envelope.ts";
import { SlotwiseError } from "../errors.ts";
import { createActionSpace } from "./action-space.ts";
import { accessPointOutcome, type Outcome } from "./outcome.ts";
import { createOptimalPolicy } from "./policies/optimal.ts";
import type { SlicingPolicy } from "./policies.ts";
import { reward } from "./reward.ts";
import { bandwidthBlockBudget, computeBlockBudget, type SlicingScenario } from "./scenario.ts";
import { SlicingSimulation } from "./simulation.ts";
import type { User } from "./user.ts";

/** Means over slots and access points; rewards are each access point's own (A7 `local`). */
interface Performance {
  readonly meanDelayMs: number;
  readonly satisfaction: number;
  readonly rewardMs: number;
  readonly rewardSlot: number;
}

export interface Evaluation extends Performance {
  readonly policy: string;
  readonly slots: number;
  readonly seed: number;
  readonly users: number;
  /** The full oracle on the same slots. */
  readonly optimal: Performance;
}

/** What one access point's slot was worth, in every measure of a `Performance`. */
export function performanceOf(scenario: SlicingScenario, outcome: Outcome): Performance {
  return {
    ...outcome,
    rewardMs: reward(scenario, outcome, "ms"),
    rewardSlot: reward(scenario, outcome, "slot"),
  };
}

function meanOf(performances: readonly Performance[]): Performance {
  const mean = (of: (performance: Performance) => number) =>
    performances.reduce((sum, performance) => sum + of(performance), 0) / performances.length;
  return {
    meanDelayMs: mean((p) => p.meanDelayMs),
    satisfaction: mean((p) => p.satisfaction),
    rewardMs: mean((p) => p.rewardMs),
    rewardSlot: mean((p) => p.rewardSlot),
  };
}

/** The envelope of a scenario's allocations, without a slew limit. */
function scenarioEnvelope(scenario: SlicingScenario): Envelope {
  return createAllocationEnvelope({
    slices: scenario.slices.length,
    budgets: [bandwidthBlockBudget(scenario), computeBlockBudget(scenario)],
    slewBlocks: null,
  });
}

async function allocate(
  policy: SlicingPolicy,
  envelope: Envelope,
  observation: Observation,
  users: readonly User[],
): Promise<Float64Array> {
  const proposal = await policy.decide(observation, users);
  const bounded = envelope.bound(proposal);
  if (bounded.usable) return bounded.action;
  throw new SlotwiseError("MODEL_REFUSED", {
    expected: `${envelope.length} finite blocks from policy ${policy.name}`,
    received: `${bounded.reason}: [${Array.from(proposal).join(", ")}]`,
    consequence: "the evaluation ended",
  });
}

/**
 * Runs a policy and the full oracle over the same drawn slots of every access point. Proposals pass
 * the envelope first, as they do on a box.
 */
export async function evaluate(
  scenario: SlicingScenario,
  policy: SlicingPolicy,
  slots: number,
  seed: number,
  onSlot: (done: number) => void = () => undefined,
): Promise<Evaluation> {
  const simulation = new SlicingSimulation(scenario, seed);
  const optimal = createOptimalPolicy(scenario, createActionSpace(scenario));
  const envelope = scenarioEnvelope(scenario);
  const own: Performance[] = [];
  const best: Performance[] = [];
  for (let slot = 1; slot <= slots; slot++) {
    for (const { users, observation } of simulation.next()) {
      const allocation = await allocate(policy, envelope, observation, users);
      own.push(performanceOf(scenario, accessPointOutcome(scenario, users, allocation)));
      const oracle = await allocate(optimal, envelope, observation, users);
      best.push(performanceOf(scenario, accessPointOutcome(scenario, users, oracle)));
    }
    onSlot(slot);
  }
  return {
    policy: policy.name,
    slots,
    seed,
    users: scenario.usersPerAccessPoint,
    ...meanOf(own),
    optimal: meanOf(best),
  };
}
