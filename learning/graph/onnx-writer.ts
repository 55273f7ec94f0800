import type { Attributes, Constant, ElementType, Graph, Operation, Value } from "./graph.ts";
import {
  type AttributeMessage,
  type ModelMessage,
  modelProto,
  type NodeMessage,
  type TensorMessage,
  type ValueInfoMessage,
} from "./onnx-schema.ts";
import { onnxElementType } from "./operations.ts";
import { reachable } from "./reachable.ts";
import { anyRows } from "./shape.ts";

/** ONNX operator set that every model file states. */
export const opsetVersion = 17;

/** Version of the file format that every model file states. */
const irVersion = 8;

const attributeType = { int: 2, string: 3, ints: 7 };

function rawData(type: ElementType, data: ArrayLike<number>): Uint8Array {
  const bytes = { float32: 4, float64: 8, int32: 4, int64: 8, bool: 1 }[type];
  const view = new DataView(new ArrayBuffer(bytes * data.length));
  for (let i = 0; i < data.length; i++) {
    const element = data[i] as number;
    if (type === "float32") view.setFloat32(4 * i, element, true);
    else if (type === "float64") view.setFloat64(8 * i, element, true);
    else if (type === "int32") view.setInt32(4 * i, element, true);
    else if (type === "bool") view.setUint8(i, element);
    else view.setBigInt64(8 * i, BigInt(element), true);
  }
  return new Uint8Array(view.buffer);
}

function attributeMessages(attributes: Attributes): AttributeMessage[] {
  return Object.entries(attributes).map(([name, value]) => {
    if (typeof value === "number") return { name, type: attributeType.int, i: value };
    if (typeof value === "string") {
      return { name, type: attributeType.string, s: new TextEncoder().encode(value) };
    }
    return { name, type: attributeType.ints, ints: [...value] };
  });
}

/**
 * A product of stacks as ONNX has it: the operator takes no transposed operands, so each is
 * transposed by a node of its own, which ONNX Runtime folds into the product.
 */
function matMulNodes(graph: Graph, { inputs, outputs, attributes }: Operation): NodeMessage[] {
  const output = graph.nameOf(outputs[0] as Value);
  const nodes: NodeMessage[] = [];
  const operand = (value: Value, transposed: boolean, side: string) => {
    if (!transposed) return graph.nameOf(value);
    const name = `${output}.${side}`;
    const last = value.shape.length - 1;
    const perm = value.shape.map((_, axis) => (axis < last - 1 ? axis : 2 * last - 1 - axis));
    nodes.push({
      input: [graph.nameOf(value)],
      output: [name],
      opType: "Transpose",
      attribute: attributeMessages({ perm }),
    });
    return name;
  };
  const [a, b] = inputs as [Value, Value];
  const input = [
    operand(a, attributes.transA === 1, "a"),
    operand(b, attributes.transB === 1, "b"),
  ];
  return [...nodes, { input, output: [output], opType: "MatMul", attribute: [] }];
}

/**
 * The graph as the bytes of an ONNX model. What no output needs is left out, unused inputs included.
 *
 * @param metadata becomes metadata_props
 */
export function writeModel(
  graph: Graph,
  name: string,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const { operations, used } = reachable(graph);
  const isUsed = (value: Value) => used.has(value.id);
  const node = (operation: Operation): NodeMessage => ({
    input: operation.inputs.map((value) => graph.nameOf(value)),
    output: operation.outputs.map((value) => graph.nameOf(value)),
    opType: operation.type,
    attribute: attributeMessages(operation.attributes),
  });
  const nodes = (operation: Operation) =>
    operation.type === "MatMul" ? matMulNodes(graph, operation) : [node(operation)];
  const tensor = ({ value, data }: Constant): TensorMessage => ({
    dims: [...value.shape],
    dataType: onnxElementType[value.type],
    name: graph.nameOf(value),
    rawData: rawData(value.type, data),
  });
  const info = (value: Value): ValueInfoMessage => ({
    name: graph.nameOf(value),
    type: {
      tensorType: {
        elemType: onnxElementType[value.type],
        shape: {
          dim: value.shape.map((extent) =>
            extent === anyRows ? { dimParam: "N" } : { dimValue: extent },
          ),
        },
      },
    },
  });
  const model: ModelMessage = {
    irVersion,
    producerName: "slotwise",
    opsetImport: [{ domain: "", version: opsetVersion }],
    metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
    graph: {
      name,
      node: operations.flatMap(nodes),
      initializer: graph.constants.filter(({ value }) => isUsed(value)).map(tensor),
      input: graph.inputs.filter(isUsed).map(info),
      output: graph.outputs.map(info),
    },
  };
  return modelProto.encode(model).finish();
}
