import protobuf from "protobufjs";

/**
 * The messages of onnx.proto that slotwise writes and reads, with their field numbers from the
 * ONNX specification, IR version 8. Everything else in a file is skipped by the decoder.
 */
const root = protobuf.Root.fromJSON({
  nested: {
    ModelProto: {
      fields: {
        irVersion: { id: 1, type: "int64" },
        producerName: { id: 2, type: "string" },
        producerVersion: { id: 3, type: "string" },
        graph: { id: 7, type: "GraphProto" },
        opsetImport: { id: 8, type: "OperatorSetIdProto", rule: "repeated" },
        metadataProps: { id: 14, type: "StringStringEntryProto", rule: "repeated" },
      },
    },
    OperatorSetIdProto: {
      fields: { domain: { id: 1, type: "string" }, version: { id: 2, type: "int64" } },
    },
    StringStringEntryProto: {
      fields: { key: { id: 1, type: "string" }, value: { id: 2, type: "string" } },
    },
    GraphProto: {
      fields: {
        node: { id: 1, type: "NodeProto", rule: "repeated" },
        name: { id: 2, type: "string" },
        initializer: { id: 5, type: "TensorProto", rule: "repeated" },
        input: { id: 11, type: "ValueInfoProto", rule: "repeated" },
        output: { id: 12, type: "ValueInfoProto", rule: "repeated" },
      },
    },
    NodeProto: {
      fields: {
        input: { id: 1, type: "string", rule: "repeated" },
        output: { id: 2, type: "string", rule: "repeated" },
        name: { id: 3, type: "string" },
        opType: { id: 4, type: "string" },
        attribute: { id: 5, type: "AttributeProto", rule: "repeated" },
        domain: { id: 7, type: "string" },
      },
    },
    AttributeProto: {
      fields: {
        name: { id: 1, type: "string" },
        f: { id: 2, type: "float" },
        i: { id: 3, type: "int64" },
        s: { id: 4, type: "bytes" },
        ints: { id: 8, type: "int64", rule: "repeated" },
        type: { id: 20, type: "int32" },
      },
    },
    TensorProto: {
      fields: {
        dims: { id: 1, type: "int64", rule: "repeated" },
        dataType: { id: 2, type: "int32" },
        name: { id: 8, type: "string" },
        rawData: { id: 9, type: "bytes" },
        dataLocation: { id: 14, type: "int32" },
      },
    },
    ValueInfoProto: {
      fields: { name: { id: 1, type: "string" }, type: { id: 2, type: "TypeProto" } },
    },
    TypeProto: { fields: { tensorType: { id: 1, type: "TensorTypeProto" } } },
    TensorTypeProto: {
      fields: {
        elemType: { id: 1, type: "int32" },
        shape: { id: 2, type: "TensorShapeProto" },
      },
    },
    TensorShapeProto: { fields: { dim: { id: 1, type: "DimensionProto", rule: "repeated" } } },
    DimensionProto: {
      fields: { dimValue: { id: 1, type: "int64" }, dimParam: { id: 2, type: "string" } },
    },
  },
});

export const modelProto = root.lookupType("ModelProto");

export interface TensorMessage {
  dims: number[];
  dataType: number;
  name: string;
  rawData: Uint8Array;
  dataLocation?: number;
}

export interface ValueInfoMessage {
  name: string;
  type?: {
    tensorType?: {
      elemType?: number;
      shape?: { dim?: { dimValue?: number; dimParam?: string }[] };
    };
  };
}

export interface AttributeMessage {
  name: string;
  type: number;
  i?: number;
  s?: Uint8Array;
  ints?: number[];
}

export interface NodeMessage {
  input: string[];
  output: string[];
  opType: string;
  attribute: AttributeMessage[];
  domain?: string;
}

export interface ModelMessage {
  irVersion: number;
  producerName: string;
  opsetImport: { domain: string; version: number }[];
  metadataProps: { key: string; value: string }[];
  graph: {
    name: string;
    node: NodeMessage[];
    initializer: TensorMessage[];
    input: ValueInfoMessage[];
    output: ValueInfoMessage[];
  };
}
