import type { Value } from "../graph/graph.ts";
import { add, matMul } from "../graph/operations.ts";
import { shapeError } from "../graph/shape.ts";
import type { ParameterValues } from "./parameters.ts";

/** A named parameter; its absence is a fault of the network's layout. */
function parameter(parameters: ParameterValues, name: string): Value {
  const value = parameters.get(name);
  if (value === undefined) throw shapeError(`a parameter ${name}`, [...parameters.keys()].join());
  return value;
}

/** x·W + b: [rows, inputs] → [rows, units], or stacks of them with stacked parameters. */
export function dense(parameters: ParameterValues, name: string, x: Value): Value {
  const product = matMul(x, parameter(parameters, `${name}.weight`));
  return add(product, parameter(parameters, `${name}.bias`));
}
