import { describe, expect, it } from "vitest";
import { createActionSpace } from "../../../../core/slicing/action-space.ts";
import { Graph } from "../../../../learning/graph/graph.ts";
import { reshape } from "../../../../learning/graph/operations.ts";
import { ActionEntries } from "../../../../learning/networks/heads/action-entries.ts";
import { advantageOf } from "../../../../learning/networks/heads/action-head.ts";
import {
  entriesOfAction,
  entriesOfPicked,
} from "../../../../learning/networks/heads/composition-head.ts";
import { createHead } from "../../../../learning/networks/heads/create-head.ts";
import { compile } from "../run-graph.ts";
import { smallScenario, spread } from "../small.ts";

const space = createActionSpace(smallScenario);
const names = ["joint", "branching", "slice"] as const;

/** The advantage of every joint action, as the head's graph computes it. */
async function allAdvantages(name: (typeof names)[number], raw: readonly number[]) {
  const head = createHead(name, smallScenario);
  const graph = new Graph("float64");
  const rows = space.size;
  const input = graph.input("raw", [rows, head.outputs]);
  const entries = Array.from({ length: rows }, (_, action) =>
    entriesOfAction(head, Math.floor(action / space.compute.length), action % space.compute.length),
  ).flatMap((found) => found ?? []);
  const picked = graph.constant(entries, [rows, head.entriesPerAction], "int64");
  graph.output("advantages", advantageOf(head, input, picked));
  const feeds = { raw: Array.from({ length: rows }, () => raw).flat() };
  return (await (await compile(graph))(feeds)).advantages as number[];
}

describe.each(names)("the %s head", (name) => {
  const head = createHead(name, smallScenario);
  const rows = [
    spread(head.outputs, -1, 1),
    spread(head.outputs, -1, 1).reverse(),
    spread(head.outputs, 0, 2).map((x) => Math.sin(40 * x)),
  ];

  it("gives advantages whose mean over all joint actions is zero", async () => {
    const advantages = await allAdvantages(name, rows[0] as number[]);
    expect(Math.max(...advantages)).toBeGreaterThan(0.1);
    expect(advantages.reduce((a, b) => a + b, 0) / space.size).toBeCloseTo(0, 12);
  });

  it("picks greedily what an exhaustive search finds", async () => {
    const graph = new Graph("float64");
    const raw = graph.input("raw", [rows.length, head.outputs]);
    const picked = head.greedy(raw);
    const value = advantageOf(head, raw, entriesOfPicked(head, picked));
    const outputs = { ...picked, value: reshape(value, [rows.length]) };
    for (const [key, output] of Object.entries(outputs)) graph.output(key, output);
    const result = await (await compile(graph))({ raw: rows.flat() });
    for (const [i, row] of rows.entries()) {
      const advantages = await allAdvantages(name, row);
      const best = Math.max(...advantages);
      const action =
        (result.bandwidth?.[i] ?? 0) * space.compute.length + (result.compute?.[i] ?? 0);
      expect(advantages[action]).toBeCloseTo(best, 12);
      expect(result.value?.[i]).toBeCloseTo(best, 12);
    }
  });

  it("finds the entries of an allocation and refuses one that leaves blocks unused", () => {
    const entries = new ActionEntries(head, space);
    const found = entries.of(Float64Array.of(1, 1, 4, 2, 3, 1));
    expect(found).toHaveLength(head.entriesPerAction);
    expect(entries.of(Float64Array.of(1, 1, 3, 2, 3, 1))).toBeUndefined();
    expect(entries.of(Float64Array.of(1, 1, 4.5, 2, 3, 1))).toBeUndefined();
  });
});
