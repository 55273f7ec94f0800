import { describe, expect, it } from "vitest";
import { Graph } from "../../../../learning/graph/graph.ts";
import { readModel } from "../../../../learning/graph/onnx-reader.ts";
import { modelProto } from "../../../../learning/graph/onnx-schema.ts";
import { writeModel } from "../../../../learning/graph/onnx-writer.ts";
import { add, mul, relu } from "../../../../learning/graph/operations.ts";
import { anyRows } from "../../../../learning/graph/shape.ts";
import { openSession } from "../../../../learning/runtime/session.ts";

function sample() {
  const graph = new Graph();
  const x = graph.input("x", [anyRows, 2]);
  const unused = graph.input("unused", [3]);
  const bias = graph.constant([0.5, -1.25], [1, 2], "float32", "bias");
  graph.output("y", relu(add(x, bias)));
  add(unused, 1);
  return graph;
}

describe("ONNX files", () => {
  it("keep metadata, named initializers and the signature", () => {
    const file = readModel(writeModel(sample(), "sample", { "slotwise.format": "1", note: "é" }));
    expect(Object.fromEntries(file.metadata)).toEqual({ "slotwise.format": "1", note: "é" });
    expect(file.initializers.get("bias")).toEqual({
      shape: [1, 2],
      data: Float32Array.of(0.5, -1.25),
    });
    expect(file.inputs).toEqual([{ name: "x", elementType: 1, shape: [anyRows, 2] }]);
    expect(file.outputs).toEqual([{ name: "y", elementType: 1, shape: [anyRows, 2] }]);
    expect([file.irVersion, file.opsets.get("")]).toEqual([8, 17]);
  });

  it("leave out what no output needs", async () => {
    const bytes = writeModel(sample(), "sample");
    expect(readModel(bytes).operators).toEqual(new Set(["Add", "Relu"]));
    const session = await openSession(bytes);
    expect(session.inputNames).toEqual(["x"]);
  });

  it("carry a second name for a value through an identity", () => {
    const graph = new Graph();
    const x = graph.input("x", [2]);
    const y = mul(x, 2);
    graph.output("first", y);
    graph.output("second", y);
    expect(readModel(writeModel(graph, "twice")).outputs.map(({ name }) => name)).toEqual([
      "first",
      "second",
    ]);
  });

  it("are refused when the bytes are no model", () => {
    const bytes = writeModel(sample(), "sample");
    expect(() => readModel(bytes.subarray(0, 40))).toThrow(/ONNX model/);
    expect(() => readModel(new Uint8Array())).toThrow(/graph/);
  });

  it("are refused when an initializer does not fill its shape or lies elsewhere", () => {
    const edit = (change: Record<string, unknown>) => {
      const decoded = modelProto.decode(writeModel(sample(), "sample"));
      const message = modelProto.toObject(decoded) as {
        graph: { initializer: Record<string, unknown>[] };
      };
      Object.assign(message.graph.initializer[0] ?? {}, change);
      return modelProto.encode(message).finish();
    };
    expect(() => readModel(edit({ dims: [3] }))).toThrow(/12 bytes for initializer bias/);
    expect(() => readModel(edit({ dataLocation: 1 }))).toThrow(/inside the file/);
  });
});
