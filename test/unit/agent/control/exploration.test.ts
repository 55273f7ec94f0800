import { describe, expect, it } from "vitest";
import { Exploration } from "../../../../agent/control/exploration.ts";
import { ScriptedSource } from "../../../../agent/observe/scripted-source.ts";
import { createRandom } from "../../../../core/random.ts";
import { createLoop, lastRecorded, policyAction, safeAction, tickOf } from "./loop-fixture.ts";

const randomAction = [16, 1, 1, 1, 16, 1];

describe("exploration", () => {
  it("replaces the policy in the share of slots its rate says", () => {
    const exploration = new Exploration(0.2, createRandom(3), () => randomAction);
    const proposals = Array.from({ length: 5000 }, () => exploration.propose());
    const explored = proposals.filter((proposal) => proposal === randomAction).length;
    expect(explored / 5000).toBeCloseTo(0.2, 1);
    exploration.rate = 0;
    expect(exploration.propose()).toBeUndefined();
  });

  it("is said in the outcome", async () => {
    const exploration = new Exploration(1, createRandom(3), () => randomAction);
    const { loop, recorder } = await createLoop({ exploration });
    expect((await loop.step(tickOf(0))).decider).toBe("exploration");
    expect(lastRecorded(recorder)).toEqual(randomAction);
    exploration.rate = 0;
    await loop.step(tickOf(1));
    expect(lastRecorded(recorder)).toEqual(policyAction);
  });

  it("never replaces the safe action", async () => {
    const exploration = new Exploration(1, createRandom(3), () => randomAction);
    const blind = await createLoop({ exploration, source: new ScriptedSource(() => undefined) });
    expect((await blind.loop.step(tickOf(0))).decider).toBe("safe");
    const modelless = await createLoop({ exploration, policy: undefined });
    expect((await modelless.loop.step(tickOf(0))).decider).toBe("safe");
    expect(lastRecorded(modelless.recorder)).toEqual(safeAction);
  });
});
