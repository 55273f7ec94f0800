import { Tensor } from "onnxruntime-node";
import type { Graph } from "../../../learning/graph/graph.ts";
import { writeModel } from "../../../learning/graph/onnx-writer.ts";
import { openSession } from "../../../learning/runtime/session.ts";

export type Feeds = Readonly<Record<string, readonly number[]>>;

/** Opens a float64 graph and returns a function from its inputs to its outputs. */
export async function compile(
  graph: Graph,
): Promise<(feeds: Feeds) => Promise<Record<string, number[]>>> {
  const session = await openSession(writeModel(graph, "test"), { optimization: "disabled" });
  const shapes = new Map(graph.inputs.map((value) => [graph.nameOf(value), value]));
  return async (feeds) => {
    const tensors = session.inputNames.map((name) => {
      const { shape, type } = shapes.get(name) ?? { shape: [], type: "float64" };
      const data = feeds[name] ?? [];
      const array = type === "int32" ? Int32Array.from(data) : Float64Array.from(data);
      return [name, new Tensor(type as "float64", array as Float64Array, [...shape])] as const;
    });
    const results = await session.run(Object.fromEntries(tensors));
    return Object.fromEntries(
      Object.entries(results).map(([name, tensor]) => [
        name,
        Array.from(tensor.data as Float64Array, Number),
      ]),
    );
  };
}
