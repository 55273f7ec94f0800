import type { Value } from "../graph/graph.ts";
import { relu } from "../graph/operations.ts";
import { dense } from "./dense.ts";
import { denseLayout, type Layout, type ParameterValues } from "./parameters.ts";

export function discriminatorLayout(particles: number, width: number): Layout {
  return [
    ...denseLayout("discriminator.first", particles, width),
    ...denseLayout("discriminator.second", width, width),
    ...denseLayout("discriminator.output", width, 1),
  ];
}

/** D({G^V}): [..., particles] → [..., 1], a score without bound. */
export function discriminate(parameters: ParameterValues, particles: Value): Value {
  const layer = (name: string, x: Value) => dense(parameters, `discriminator.${name}`, x);
  return layer("output", relu(layer("second", relu(layer("first", particles)))));
}
