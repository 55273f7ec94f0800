import type { Operation, Value } from "./graph.ts";
import {
  addInRows,
  div,
  expand,
  isPositive,
  matMul,
  mul,
  neg,
  pickInRows,
  reshape,
  sum,
  zerosLike,
} from "./operations.ts";
import { repeatedAxes, type Shape } from "./shape.ts";

/**
 * From an operation and the gradient with respect to its result to the gradients with respect to
 * its inputs, as new nodes of the same graph: what a rule builds can be differentiated again.
 * An input without an entry gets no gradient.
 */
export type GradientRule = (
  operation: Operation,
  gradient: Value,
) => readonly (Value | undefined)[];

/** Adds up what broadcasting repeated, so that the result has the operand's shape. */
function sumTo(gradient: Value, shape: Shape): Value {
  return reshape(sum(gradient, repeatedAxes(gradient.shape, shape)), shape);
}

type Binary = (a: Value, b: Value, gradient: Value, y: Value) => readonly [Value, Value];

function elementwise(rule: Binary): GradientRule {
  return (operation, gradient) => {
    const [a, b] = operation.inputs as [Value, Value];
    const [y] = operation.outputs as [Value];
    const [da, db] = rule(a, b, gradient, y);
    return [sumTo(da, a.shape), sumTo(db, b.shape)];
  };
}

function matMulRule(operation: Operation, g: Value): readonly Value[] {
  const [a, b] = operation.inputs as [Value, Value];
  const ta = operation.attributes.transA === 1;
  const tb = operation.attributes.transB === 1;
  const da = ta ? matMul(b, g, tb, true) : matMul(g, b, false, !tb);
  const db = tb ? matMul(g, a, true, ta) : matMul(a, g, !ta, false);
  return [sumTo(da, a.shape), sumTo(db, b.shape)];
}

/** The slope of a ReLU, by its result: one node however often it is differentiated. */
const slopes = new WeakMap<Value, Value>();

function slopeOf(result: Value): Value {
  const slope = slopes.get(result) ?? isPositive(result);
  slopes.set(result, slope);
  return slope;
}

const ofInput: GradientRule = ({ inputs }, g) => [reshape(g, (inputs[0] as Value).shape)];

/** Every differentiable operation, by its ONNX name. */
export const gradientRules: Readonly<Record<string, GradientRule>> = {
  Add: elementwise((_a, _b, g) => [g, g]),
  Sub: elementwise((_a, _b, g) => [g, neg(g)]),
  Mul: elementwise((a, b, g) => [mul(g, b), mul(g, a)]),
  Div: elementwise((_a, b, g, y) => [div(g, b), neg(div(mul(g, y), b))]),
  Neg: (_, g) => [neg(g)],
  Sqrt: ({ outputs }, g) => [div(g, mul(outputs[0] as Value, 2))],
  Relu: ({ outputs }, g) => [mul(g, slopeOf(outputs[0] as Value))],
  Log: ({ inputs }, g) => [div(g, inputs[0] as Value)],
  MatMul: matMulRule,
  ReduceSum: ({ inputs }, g) => [expand(g, (inputs[0] as Value).shape)],
  Expand: ({ inputs }, g) => [sumTo(g, (inputs[0] as Value).shape)],
  Reshape: ofInput,
  GatherElements: ({ inputs }, g) => {
    const [x, indices] = inputs as [Value, Value];
    return [addInRows(zerosLike(x), indices, g)];
  },
  ScatterElements: ({ inputs }, g) => {
    const [, indices] = inputs as [Value, Value];
    return [g, undefined, pickInRows(g, indices)];
  },
};

/** Operations that no gradient crosses: constant almost everywhere, or made to be one. */
export const gradientBarriers: ReadonlySet<string> = new Set(["Greater", "Identity"]);
