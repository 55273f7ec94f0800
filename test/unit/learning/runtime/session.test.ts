import { Tensor } from "onnxruntime-node";
import { expect, it } from "vitest";
import { SlotwiseError } from "../../../../core/errors.ts";
import { Graph } from "../../../../learning/graph/graph.ts";
import { writeModel } from "../../../../learning/graph/onnx-writer.ts";
import { mul } from "../../../../learning/graph/operations.ts";
import { type Provider, providers } from "../../../../learning/runtime/provider.ts";
import { floatData, openSession } from "../../../../learning/runtime/session.ts";

/** 1, 2, 3 doubled on a provider, or the error that refuses it. */
async function doubled(provider: Provider): Promise<Float32Array | unknown> {
  const graph = new Graph();
  graph.output("y", mul(graph.input("x", [3]), 2));
  try {
    const session = await openSession(writeModel(graph, "test"), { provider });
    const results = await session.run({ x: new Tensor("float32", [1, 2, 3], [3]) });
    return floatData(results, "y");
  } catch (error) {
    return error;
  }
}

it("computes on the CPU", async () => {
  expect(await doubled("cpu")).toEqual(Float32Array.of(2, 4, 6));
});

it.each(providers)("computes on %s, or says that it is not there", async (provider) => {
  const result = await doubled(provider);
  if (result instanceof SlotwiseError) {
    expect(result.code).toBe("ENGINE_UNAVAILABLE");
    expect(result.message).toContain(`the ${provider} provider`);
  } else expect(result).toEqual(Float32Array.of(2, 4, 6));
});
