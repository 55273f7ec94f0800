import { SlotwiseError } from "../../core/errors.ts";
import type { Tensor, Weights } from "../../core/weights/tensor.ts";
import {
  type ModelMessage,
  modelProto,
  type TensorMessage,
  type ValueInfoMessage,
} from "./onnx-schema.ts";
import { onnxElementType } from "./operations.ts";
import { anyRows, elementCount } from "./shape.ts";

/** A model's input or output as its file declares it. */
export interface Signature {
  readonly name: string;
  /** ONNX TensorProto.DataType. */
  readonly elementType: number;
  readonly shape: readonly number[];
}

/** What an ONNX file says about itself, without running it. */
export interface ModelFile {
  readonly irVersion: number;
  readonly opsets: ReadonlyMap<string, number>;
  readonly metadata: ReadonlyMap<string, string>;
  readonly inputs: readonly Signature[];
  readonly outputs: readonly Signature[];
  /** Every float32 initializer by name. */
  readonly initializers: Weights;
  /** Operators the model uses, with their domain where it is not the standard one. */
  readonly operators: ReadonlySet<string>;
}

/** A refusal of a model file; `reason` says what was found. */
export function modelRefused(expected: string, received: string, cause?: unknown): SlotwiseError {
  const facts = { expected, received, consequence: "the model was not loaded" };
  return new SlotwiseError("MODEL_REFUSED", facts, cause === undefined ? {} : { cause });
}

function signature(info: ValueInfoMessage): Signature {
  const tensor = info.type?.tensorType;
  return {
    name: info.name,
    elementType: tensor?.elemType ?? 0,
    shape: (tensor?.shape?.dim ?? []).map(({ dimValue }) => dimValue ?? anyRows),
  };
}

function floatTensor(message: TensorMessage): Tensor {
  const { rawData, dims: shape, name } = message;
  if (rawData.length !== 4 * elementCount(shape)) {
    throw modelRefused(
      `${4 * elementCount(shape)} bytes for initializer ${name} [${shape}]`,
      `${rawData.length} bytes`,
    );
  }
  const view = new DataView(rawData.buffer, rawData.byteOffset, rawData.byteLength);
  const data = Float32Array.from({ length: rawData.length / 4 }, (_, i) =>
    view.getFloat32(4 * i, true),
  );
  return { shape, data };
}

function decode(bytes: Uint8Array): ModelMessage {
  try {
    const options = { longs: Number, arrays: true, objects: true };
    return modelProto.toObject(modelProto.decode(bytes), options) as ModelMessage;
  } catch (cause) {
    throw modelRefused("an ONNX model", String(cause), cause);
  }
}

/**
 * Reads metadata, signature and float32 initializers of an ONNX file.
 *
 * @throws SlotwiseError MODEL_REFUSED when the bytes are no ONNX model, an initializer's bytes do
 * not fill its shape, or data lies outside the file
 */
export function readModel(bytes: Uint8Array): ModelFile {
  const { graph, irVersion, opsetImport, metadataProps } = decode(bytes);
  if (!graph) throw modelRefused("an ONNX model with a graph", "none");
  const external = graph.initializer.find(({ dataLocation }) => (dataLocation ?? 0) !== 0);
  if (external) throw modelRefused("data inside the file", `initializer ${external.name} outside`);
  const floats = graph.initializer.filter(({ dataType }) => dataType === onnxElementType.float32);
  return {
    irVersion: irVersion ?? 0,
    opsets: new Map(opsetImport.map((set) => [set.domain ?? "", set.version])),
    metadata: new Map(metadataProps.map((entry) => [entry.key, entry.value])),
    inputs: graph.input.map(signature),
    outputs: graph.output.map(signature),
    initializers: new Map(floats.map((message) => [message.name, floatTensor(message)])),
    operators: new Set(graph.node.map((n) => (n.domain ? `${n.domain}.${n.opType}` : n.opType))),
  };
}
