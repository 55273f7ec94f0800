import { describe, expect, it } from "vitest";
import { createRandom } from "../../../../core/random.ts";
import { gradients } from "../../../../learning/graph/gradients.ts";
import { Graph, type Value } from "../../../../learning/graph/graph.ts";
import {
  add,
  addInRows,
  argMaxInRows,
  div,
  expand,
  log,
  matMul,
  mean,
  mul,
  neg,
  pickInRows,
  relu,
  reshape,
  sqrt,
  square,
  stopGradient,
  sub,
  sum,
  zerosLike,
} from "../../../../learning/graph/operations.ts";
import { elementCount, type Shape } from "../../../../learning/graph/shape.ts";
import { compile, type Feeds } from "../run-graph.ts";

const rows = 3;
const columns = 4;
const step = 1e-5;

function draw(shape: Shape, seed: number, low: number): number[] {
  const random = createRandom(seed);
  return Array.from({ length: elementCount(shape) }, () => low + random.uniform());
}

/** The central difference of output `y` along every element of input `name`. */
async function differences(
  run: (feeds: Feeds) => Promise<Record<string, number[]>>,
  feeds: Feeds,
  name: string,
  output: string,
): Promise<number[]> {
  const at = async (index: number, delta: number) => {
    const moved = (feeds[name] ?? []).map((x, i) => (i === index ? x + delta : x));
    return ((await run({ ...feeds, [name]: moved }))[output] as number[])[0] as number;
  };
  const result: number[] = [];
  for (let i = 0; i < (feeds[name] ?? []).length; i++) {
    result.push(((await at(i, step)) - (await at(i, -step))) / (2 * step));
  }
  return result;
}

function expectClose(actual: readonly number[], wanted: readonly number[]): void {
  expect(actual).toHaveLength(wanted.length);
  for (const [i, value] of actual.entries()) {
    const other = wanted[i] as number;
    expect(Math.abs(value - other)).toBeLessThan(1e-6 * (1 + Math.abs(other)));
  }
}

type Build = (x: Value, w: Value) => Value;

/** Every operation with a rule, smooth at the drawn points; x is [3, 4], w [4, 3], both positive. */
const functions: Record<string, Build> = {
  add: (x, w) => mean(square(add(x, sum(w)))),
  "sub with broadcasting": (x, w) => sum(square(sub(x, reshape(sum(w, [1]), [columns])))),
  mul: (x, w) => sum(mul(square(x), mean(w, [0, 1]))),
  log: (x, w) => sum(mul(log(x), sum(w))),
  div: (x, w) => sum(div(x, sum(square(w)))),
  "div by itself": (x) => sum(div(square(x), add(x, 1))),
  neg: (x) => sum(square(neg(x))),
  sqrt: (x) => sum(mul(sqrt(x), x)),
  relu: (x, w) => sum(square(relu(sub(matMul(x, w), 4.1)))),
  "matMul plain": (x, w) => sum(square(matMul(x, w))),
  "matMul left transposed": (x, w) => sum(square(matMul(x, w, true, true))),
  "matMul right transposed": (x) => sum(square(matMul(x, x, false, true))),
  "matMul both by itself": (x) => sum(square(matMul(x, x, true, false))),
  "sum over rows": (x) => sum(square(sum(x, [0]))),
  expand: (x) => sum(square(expand(sum(x, [1]), [rows, columns]))),
  reshape: (x, w) => sum(square(matMul(reshape(x, [columns, rows]), w, true, false))),
  "pick in rows": (x) => sum(square(pickInRows(x, picked(x)))),
  "add in rows": (x) => sum(square(addInRows(square(x), picked(x), pickInRows(x, picked(x))))),
};

const picked = (x: Value) => x.graph.constant([3, 1, 0, 2, 1, 3], [rows, 2], "int64");

function declare() {
  const graph = new Graph("float64");
  const x = graph.input("x", [rows, columns]);
  const w = graph.input("w", [columns, rows]);
  return { graph, x, w };
}

const feeds = { x: draw([rows, columns], 1, 0.5), w: draw([columns, rows], 2, 0.5) };

describe("gradients", () => {
  it.each(Object.entries(functions))(
    "agree with finite differences for %s",
    async (_name, build) => {
      const { graph, x, w } = declare();
      const y = build(x, w);
      const [dx, dw] = gradients(y, [x, w]) as [Value, Value];
      for (const [name, value] of Object.entries({ y, dx, dw, sx: sum(x), sw: sum(w) })) {
        graph.output(name, value);
      }
      const run = await compile(graph);
      const result = await run(feeds);
      expectClose(result.dx as number[], await differences(run, feeds, "x", "y"));
      expectClose(result.dw as number[], await differences(run, feeds, "w", "y"));
    },
  );

  it.each(Object.entries(functions))("can be differentiated again for %s", async (_name, build) => {
    const { graph, x, w } = declare();
    const [dx, dw] = gradients(build(x, w), [x, w]) as [Value, Value];
    const length = add(sum(mul(square(dx), dx)), sum(square(dw)));
    const [ddx, ddw] = gradients(length, [x, w]) as [Value, Value];
    const outputs = { length, ddx, ddw, sx: sum(x), sw: sum(w) };
    for (const [name, value] of Object.entries(outputs)) graph.output(name, value);
    const run = await compile(graph);
    const result = await run(feeds);
    expectClose(result.ddx as number[], await differences(run, feeds, "x", "length"));
    expectClose(result.ddw as number[], await differences(run, feeds, "w", "length"));
  });

  it("give the discriminator its penalty's gradient, through the norm of a gradient", async () => {
    const graph = new Graph("float64");
    const point = graph.input("point", [rows, columns]);
    const w = graph.input("w", [columns, 5]);
    const v = graph.input("v", [5, 1]);
    const score = matMul(relu(sub(matMul(point, w), 0.1)), v);
    const [slope] = gradients(sum(score), [point]) as [Value];
    const norm = sqrt(add(sum(square(slope), [1]), 1e-12));
    const penalty = mean(square(sub(norm, 1)));
    const [dw, dv] = gradients(penalty, [w, v]) as [Value, Value];
    for (const [name, value] of Object.entries({ penalty, dw, dv })) graph.output(name, value);
    const run = await compile(graph);
    const data = {
      point: draw([rows, columns], 3, -0.4),
      w: draw([columns, 5], 4, -0.1),
      v: draw([5, 1], 5, -0.5),
    };
    const result = await run(data);
    expectClose(result.dw as number[], await differences(run, data, "w", "penalty"));
    expectClose(result.dv as number[], await differences(run, data, "v", "penalty"));
    expect((result.dw as number[]).some((x) => Math.abs(x) > 1e-3)).toBe(true);
  });

  it("do not flow through stopGradient", async () => {
    const { graph, x, w } = declare();
    const [dx] = gradients(sum(mul(stopGradient(x), mul(x, sum(w)))), [x]) as [Value];
    graph.output("dx", dx);
    const result = await (await compile(graph))(feeds);
    const total = feeds.w.reduce((a, b) => a + b, 0);
    expectClose(
      result.dx as number[],
      feeds.x.map((value) => value * total),
    );
  });

  it("are zero for a value that the target does not depend on", async () => {
    const { graph, x, w } = declare();
    graph.output("dw", (gradients(sum(square(x)), [w]) as [Value])[0]);
    graph.output("y", add(sum(x), sum(w)));
    expect((await (await compile(graph))(feeds)).dw).toEqual(zeros(columns * rows));
    expect(zerosLike(w).shape).toEqual([columns, rows]);
  });

  it("refuse an operation that has no rule", () => {
    const { graph, x } = declare();
    const table = graph.append("Softplus", [x], x.shape);
    expect(() => gradients(sum(table), [x])).toThrow(/Softplus/);
    expect(() => gradients(x, [x])).toThrow(/single-element/);
    expect(argMaxInRows(x).type).toBe("int64");
  });
});

const zeros = (length: number) => new Array<number>(length).fill(0);
