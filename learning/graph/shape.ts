import { SlotwiseError } from "../../core/errors.ts";

/** Row-major extents; `anyRows` stands for an extent known only when the graph runs. */
export type Shape = readonly number[];

/** The extent of a dimension that is left open, as a policy's number of observations is. */
export const anyRows = -1;

export function elementCount(shape: Shape): number {
  return shape.reduce((product, extent) => product * extent, 1);
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((extent, axis) => extent === b[axis]);
}

export function shapeError(expected: string, received: string): SlotwiseError {
  return new SlotwiseError("GRAPH_INVALID", {
    expected,
    received,
    consequence: "the graph was not built",
  });
}

/** The shape of an elementwise result under multidirectional broadcasting. */
export function broadcast(a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const left = a[axis - rank + a.length] ?? 1;
    const right = b[axis - rank + b.length] ?? 1;
    if (left !== right && left !== 1 && right !== 1) {
      throw shapeError("shapes that broadcast together", `[${a}] and [${b}]`);
    }
    return left === 1 ? right : left;
  });
}

/** The axes of `from` along which a value of shape `to` was repeated. */
export function repeatedAxes(from: Shape, to: Shape): number[] {
  const added = from.length - to.length;
  return from.flatMap((extent, axis) => {
    const target = axis < added ? 1 : to[axis - added];
    return target === 1 && (extent !== 1 || axis < added) ? [axis] : [];
  });
}
