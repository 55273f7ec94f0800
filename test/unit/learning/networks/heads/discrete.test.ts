import { describe, expect, it } from "vitest";
import { Graph } from "../../../../../learning/graph/graph.ts";
import { cast } from "../../../../../learning/graph/operations.ts";
import { advantageOf } from "../../../../../learning/networks/heads/action-head.ts";
import { createDiscreteHead } from "../../../../../learning/networks/heads/discrete.ts";
import { compile } from "../../run-graph.ts";

const head = createDiscreteHead(4);
const rows = [
  [0.1, 0.5, -2, 0.4],
  [3, 3, 3, 7],
  [1, 1, 0, 0],
];

describe("the discrete head", () => {
  it("picks the largest entry of every row, the first of equals", async () => {
    const graph = new Graph("float64");
    const raw = graph.input("raw", [3, 4]);
    const { action, entries } = head.greedy(raw);
    graph.output("action", action);
    graph.output("entries", cast(entries, "float64"));
    const result = await (await compile(graph))({ raw: rows.flat() });
    expect(result.action).toEqual([1, 3, 0]);
    expect(result.entries).toEqual([1, 3, 0]);
    expect(action.shape).toEqual([3, 1]);
  });

  it("centres advantages on their mean", async () => {
    const graph = new Graph("float64");
    const raw = graph.input("raw", [3, 4]);
    const entries = graph.constant([2, 3, 0], [3, 1], "int64");
    graph.output("advantage", advantageOf(head, raw, entries));
    const { advantage } = await (await compile(graph))({ raw: rows.flat() });
    for (const [i, expected] of [-1.75, 3, 0.5].entries()) {
      expect(advantage?.[i]).toBeCloseTo(expected, 12);
    }
  });

  it("knows its own actions only", () => {
    expect(head.entriesOf(Float64Array.of(3))).toEqual([3]);
    for (const action of [[4], [-1], [1.5], [Number.NaN], [], [1, 2]]) {
      expect(head.entriesOf(Float64Array.from(action))).toBeUndefined();
    }
  });
});
