import type { ElementType, Value } from "./graph.ts";
import { anyRows, broadcast, elementCount, type Shape, sameShape, shapeError } from "./shape.ts";

/** A tensor, or a number that becomes a scalar of the other operand's type. */
export type Operand = Value | number;

function elementwise(type: string, a: Value, b: Operand): Value {
  const right = typeof b === "number" ? a.graph.scalar(b, a.type) : b;
  return a.graph.append(type, [a, right], broadcast(a.shape, right.shape));
}

export const add = (a: Value, b: Operand): Value => elementwise("Add", a, b);
export const sub = (a: Value, b: Operand): Value => elementwise("Sub", a, b);
export const mul = (a: Value, b: Operand): Value => elementwise("Mul", a, b);
/** Quotient; of integers the whole part. */
export const div = (a: Value, b: Operand): Value => elementwise("Div", a, b);
/** Remainder of integers. */
export const mod = (a: Value, b: Operand): Value => elementwise("Mod", a, b);

const unary = (type: string) => (x: Value) => x.graph.append(type, [x], x.shape);

export const neg = unary("Neg");
export const sqrt = unary("Sqrt");
export const relu = unary("Relu");
/** Natural logarithm. */
export const log = unary("Log");
/** 1 where positive, else 0; its derivative is taken as 0. */
export function isPositive(x: Value): Value {
  const positive = x.graph.append("Greater", [x, x.graph.scalar(0, x.type)], x.shape, {
    elementType: "bool",
  });
  return cast(positive, x.type);
}

/** The same value, through which no gradient flows. */
export const stopGradient = unary("Identity");

export const square = (x: Value): Value => mul(x, x);

/** The last two extents, swapped where the matrices are taken transposed. */
function matrixExtents({ shape }: Value, transposed: boolean): readonly [number, number] {
  const [rows, columns] = shape.slice(-2) as [number, number];
  return transposed ? [columns, rows] : [rows, columns];
}

/**
 * Product of the matrices in the last two axes, either taken transposed: [..., m, k] · [..., k, n] →
 * [..., m, n]. A single matrix meets every one of a stack.
 */
export function matMul(a: Value, b: Value, transposeA = false, transposeB = false): Value {
  const [rows, inner] = matrixExtents(a, transposeA);
  const [outer, columns] = matrixExtents(b, transposeB);
  if (a.shape.length < 2 || b.shape.length < 2 || inner !== outer) {
    throw shapeError("matrices that multiply", `[${a.shape}] and [${b.shape}]`);
  }
  const shape = [...broadcast(a.shape.slice(0, -2), b.shape.slice(0, -2)), rows, columns];
  const attributes = {
    ...(transposeA && { transA: 1 }),
    ...(transposeB && { transB: 1 }),
  };
  return a.graph.append("MatMul", [a, b], shape, { attributes });
}

/** A constant vector of integers. */
const integers = (x: Value, values: readonly number[]) =>
  x.graph.constant(values, [values.length], "int64");

/** Axes counted from the first one; negative ones are given from the last, −1. */
const counted = (x: Value, axes: readonly number[]) =>
  axes.map((axis) => (axis < 0 ? axis + x.shape.length : axis));

/** Sum over axes, which stay with extent 1; without axes, over all of them. */
export function sum(x: Value, over: readonly number[] = [...x.shape.keys()]): Value {
  if (over.length === 0) return x;
  const axes = counted(x, over);
  const shape = x.shape.map((extent, axis) => (axes.includes(axis) ? 1 : extent));
  return x.graph.append("ReduceSum", [x, integers(x, axes)], shape);
}

/** Mean over axes of known extent, which stay with extent 1. */
export function mean(x: Value, over: readonly number[] = [...x.shape.keys()]): Value {
  const axes = counted(x, over);
  const count = elementCount(axes.map((axis) => x.shape[axis] as number));
  return mul(sum(x, axes), 1 / count);
}

export function expand(x: Value, shape: Shape): Value {
  return sameShape(x.shape, shape) ? x : x.graph.append("Expand", [x, integers(x, shape)], shape);
}

/** Zeros in the shape of a value. */
export function zerosLike(x: Value): Value {
  return expand(x.graph.scalar(0, x.type), x.shape);
}

/** The same elements in another shape; one extent may be `anyRows`. */
export function reshape(x: Value, shape: Shape): Value {
  if (sameShape(x.shape, shape)) return x;
  const open = x.shape.includes(anyRows) || shape.includes(anyRows);
  if (!open && elementCount(x.shape) !== elementCount(shape)) {
    throw shapeError(`a shape of ${elementCount(x.shape)} elements`, `[${shape}]`);
  }
  return x.graph.append("Reshape", [x, integers(x, shape)], shape);
}

export function cast(x: Value, type: ElementType): Value {
  if (x.type === type) return x;
  const to = onnxElementType[type];
  return x.graph.append("Cast", [x], x.shape, { attributes: { to }, elementType: type });
}

export function concat(values: readonly [Value, ...Value[]], along: number): Value {
  const [first] = values;
  const [axis] = counted(first, [along]) as [number];
  const extent = values.reduce((total, value) => total + (value.shape[axis] as number), 0);
  const shape = first.shape.map((known, a) => (a === axis ? extent : known));
  return first.graph.append("Concat", values, shape, { attributes: { axis } });
}

/** Cuts a tensor along an axis into parts of the given extents. No gradient flows back. */
export function split(x: Value, extents: readonly number[], along: number): Value[] {
  const [axis] = counted(x, [along]) as [number];
  if (x.shape[axis] !== extents.reduce((a, b) => a + b, 0)) {
    throw shapeError(`parts of ${x.shape[axis]} along axis ${axis}`, `[${extents}]`);
  }
  if (extents.length === 1) return [x];
  const shapes = extents.map((extent) => x.shape.map((known, a) => (a === axis ? extent : known)));
  return x.graph.appendMany("Split", [x, integers(x, extents)], shapes, { axis });
}

/** Whole slices of `table` along an axis, picked by integers: the axis becomes their shape. */
export function gather(table: Value, indices: Value, axis: number): Value {
  const shape = [...table.shape.slice(0, axis), ...indices.shape, ...table.shape.slice(axis + 1)];
  return table.graph.append("Gather", [table, indices], shape, { attributes: { axis } });
}

/** Neighbouring columns: [..., n] → [..., count]. No gradient flows back. */
export function pickColumns(x: Value, start: number, count: number): Value {
  const bounds = [[start], [start + count], [-1]].map((bound) => integers(x, bound));
  return x.graph.append("Slice", [x, ...bounds], [...x.shape.slice(0, -1), count]);
}

/** Entries of every row: [..., n] picked by integers [..., k] → [..., k]. */
export function pickInRows(x: Value, indices: Value): Value {
  const attributes = { axis: -1 };
  return x.graph.append("GatherElements", [x, indices], indices.shape, { attributes });
}

/** Adds updates [..., k] to the entries of `x` [..., n] named by integers [..., k]. */
export function addInRows(x: Value, indices: Value, updates: Value): Value {
  const attributes = { axis: -1, reduction: "add" };
  return x.graph.append("ScatterElements", [x, indices, updates], x.shape, { attributes });
}

/** Index of the largest entry of every row, the first of equals: [..., n] → [...]. */
export function argMaxInRows(x: Value): Value {
  const attributes = { axis: -1, keepdims: 0 };
  return x.graph.append("ArgMax", [x], x.shape.slice(0, -1), { attributes, elementType: "int64" });
}

/** All but the last axis made one: [..., n] → [rows, n]. */
export function flattenRows(x: Value): Value {
  const rows = x.shape.slice(0, -1);
  if (rows.length === 1) return x;
  const count = rows.includes(anyRows) ? anyRows : elementCount(rows);
  return reshape(x, [count, x.shape.at(-1) as number]);
}

/** ONNX TensorProto.DataType of an element type. */
export const onnxElementType: Readonly<Record<ElementType, number>> = {
  float32: 1,
  int32: 6,
  int64: 7,
  bool: 9,
  float64: 11,
};
