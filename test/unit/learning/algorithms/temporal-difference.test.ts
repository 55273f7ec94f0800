import { describe, expect, it } from "vitest";
import {
  type TargetRule,
  temporalDifferenceTarget,
} from "../../../../learning/algorithms/temporal-difference.ts";
import { Graph } from "../../../../learning/graph/graph.ts";
import { createDiscreteHead } from "../../../../learning/networks/heads/discrete.ts";
import { compile } from "../run-graph.ts";

/** Targets of two transitions with plain networks of three actions. */
async function targets(rule: TargetRule): Promise<number[]> {
  const graph = new Graph("float64");
  const online = graph.constant([1, 4, 2, 0, -1, 5], [2, 3]);
  const target = graph.constant([10, 20, 30, 7, 8, 6], [2, 3]);
  const reward = graph.input("reward", [2, 1]);
  const next = () => ({
    online: { particles: undefined, advantages: online },
    target: { particles: undefined, advantages: target },
  });
  graph.output("target", temporalDifferenceTarget(createDiscreteHead(3), reward, 0.5, next, rule));
  return (await (await compile(graph))({ reward: [1, -1] })).target as number[];
}

describe("the temporal-difference target", () => {
  it("of double Q-learning takes the target network's value of the online network's choice", async () => {
    expect(await targets("double")).toEqual([1 + 0.5 * 20, -1 + 0.5 * 6]);
  });

  it("of plain Q-learning takes the target network's largest value, which is never less", async () => {
    expect(await targets("max")).toEqual([1 + 0.5 * 30, -1 + 0.5 * 8]);
  });
});
