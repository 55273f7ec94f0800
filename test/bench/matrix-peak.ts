import { Tensor } from "onnxruntime-node";
import { Graph } from "../../learning/graph/graph.ts";
import { matrixFlops } from "../../learning/graph/matrix-flops.ts";
import { writeModel } from "../../learning/graph/onnx-writer.ts";
import { matMul } from "../../learning/graph/operations.ts";
import type { Provider } from "../../learning/runtime/provider.ts";
import { openSession } from "../../learning/runtime/session.ts";

const extent = 1024;

/** One large matrix product in ONNX Runtime: what the learner's speed is a share of. */
export interface MatrixPeak {
  /** GFLOP/s of one product. */
  measure(): Promise<number>;
  close(): Promise<void>;
}

export async function openMatrixPeak(provider: Provider): Promise<MatrixPeak> {
  const graph = new Graph();
  const shape = [extent, extent];
  graph.output("product", matMul(graph.input("a", shape), graph.input("b", shape)));
  const session = await openSession(writeModel(graph, "peak"), { provider });
  const tensor = (offset: number) =>
    new Tensor(
      "float32",
      Float32Array.from({ length: extent ** 2 }, (_, i) => ((i * 7 + offset) % 13) / 13),
      shape,
    );
  const feeds = { a: tensor(0), b: tensor(5) };
  const fetches = { product: tensor(0) };
  await session.run(feeds, fetches);
  return {
    measure: async () => {
      const start = performance.now();
      await session.run(feeds, fetches);
      return matrixFlops(graph) / 1e6 / (performance.now() - start);
    },
    close: () => session.release(),
  };
}
