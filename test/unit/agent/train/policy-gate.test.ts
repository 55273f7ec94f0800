import { describe, expect, it } from "vitest";
import { PolicyGate } from "../../../../agent/train/policy-gate.ts";
import type { Policy } from "../../../../core/policy.ts";
import { createRandom } from "../../../../core/random.ts";
import { createActionSpace } from "../../../../core/slicing/action-space.ts";
import { createSqrtLoadPolicy } from "../../../../core/slicing/policies/load-weighted.ts";
import { createObservationOptimalPolicy } from "../../../../core/slicing/policies/observation-optimal.ts";
import { createRandomPolicy } from "../../../../core/slicing/policies/random-policy.ts";
import { paperScenario } from "../../../../core/slicing/scenario.ts";

const space = createActionSpace(paperScenario);
const gate = new PolicyGate(paperScenario, 60, 5);
const judge = (policy: Policy) =>
  gate.judge(async (observations) =>
    observations.map((observation) =>
      Float64Array.from(policy.decide(observation) as Float64Array),
    ),
  );

describe("PolicyGate", () => {
  it("lets a better policy decide", async () => {
    const policy = createObservationOptimalPolicy(paperScenario, space, createRandom(1), 24);
    const result = await judge(policy);
    expect(result.learned).toBeGreaterThan(result.safe);
    expect(result.accepted).toBe(true);
  });

  it("lets the safe policy's equal decide", async () => {
    expect(await judge(createSqrtLoadPolicy(paperScenario))).toMatchObject({ accepted: true });
  });

  it("keeps an untrained one out", async () => {
    const result = await judge(createRandomPolicy(space, createRandom(2)));
    expect(result.accepted).toBe(false);
    expect(result.learned).toBeLessThan(result.safe);
  });
});
