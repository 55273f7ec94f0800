import { elementCount, type Shape, shapeError } from "./shape.ts";

export type FloatType = "float32" | "float64";
export type ElementType = FloatType | "int32" | "int64" | "bool";

/** A tensor somewhere in a graph. */
export interface Value {
  readonly graph: Graph;
  readonly id: number;
  readonly type: ElementType;
  readonly shape: Shape;
}

export type Attributes = Readonly<Record<string, number | string | readonly number[]>>;

/** One ONNX operator with its inputs; `type` is the operator's ONNX name. */
export interface Operation {
  readonly type: string;
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  readonly attributes: Attributes;
}

/** A value that the model file carries. */
export interface Constant {
  readonly value: Value;
  readonly data: ArrayLike<number>;
}

/**
 * A tensor program under construction: operations in an order in which they can run.
 * Shapes are known while it is built, so a mismatch is found there and gradients can be derived.
 */
export class Graph {
  /** Element type of every floating-point value: float64 exists for tests of gradients. */
  readonly floatType: FloatType;
  readonly operations: Operation[] = [];
  readonly constants: Constant[] = [];
  readonly inputs: Value[] = [];
  readonly outputs: Value[] = [];
  private readonly names = new Map<number, string>();
  private readonly scalars = new Map<string, Value>();
  private nextId = 0;

  constructor(floatType: FloatType = "float32") {
    this.floatType = floatType;
  }

  /** A tensor fed at every run. */
  input(name: string, shape: Shape, type: ElementType = this.floatType): Value {
    const value = this.declare(type, shape);
    this.names.set(value.id, name);
    this.inputs.push(value);
    return value;
  }

  /** A tensor stored in the model; give a name where a reader must find it again. */
  constant(
    data: ArrayLike<number>,
    shape: Shape,
    type: ElementType = this.floatType,
    name?: string,
  ): Value {
    if (data.length !== elementCount(shape)) {
      throw shapeError(`${elementCount(shape)} elements for [${shape}]`, String(data.length));
    }
    const value = this.declare(type, shape);
    if (name !== undefined) this.names.set(value.id, name);
    this.constants.push({ value, data });
    return value;
  }

  /** A constant of shape [], one per distinct number. */
  scalar(number: number, type: ElementType = this.floatType): Value {
    const key = `${type} ${number}`;
    const known = this.scalars.get(key) ?? this.constant([number], [], type);
    this.scalars.set(key, known);
    return known;
  }

  /** Appends an operation with one result. */
  append(
    type: string,
    inputs: readonly Value[],
    shape: Shape,
    options: { attributes?: Attributes; elementType?: ElementType } = {},
  ): Value {
    const elementType = options.elementType ?? inputs[0]?.type ?? this.floatType;
    const output = this.declare(elementType, shape);
    const attributes = options.attributes ?? {};
    this.operations.push({ type, inputs, outputs: [output], attributes });
    return output;
  }

  /** Appends an operation with a result per shape. */
  appendMany(
    type: string,
    inputs: readonly Value[],
    shapes: readonly Shape[],
    attributes: Attributes,
  ): Value[] {
    const elementType = inputs[0]?.type ?? this.floatType;
    const outputs = shapes.map((shape) => this.declare(elementType, shape));
    this.operations.push({ type, inputs, outputs, attributes });
    return outputs;
  }

  /** Makes a value a named result of the graph. */
  output(name: string, value: Value): void {
    const named = this.names.has(value.id) ? this.append("Identity", [value], value.shape) : value;
    this.names.set(named.id, name);
    this.outputs.push(named);
  }

  nameOf(value: Value): string {
    return this.names.get(value.id) ?? `t${value.id}`;
  }

  private declare(type: ElementType, shape: Shape): Value {
    return { graph: this, id: this.nextId++, type, shape };
  }
}
