import { SlotwiseError } from "../../core/errors.ts";
import type { Random } from "../../core/random.ts";
import type { Weights } from "../../core/weights/tensor.ts";
import type { Value } from "../graph/graph.ts";
import { concat, reshape, split } from "../graph/operations.ts";
import { elementCount, type Shape, sameShape } from "../graph/shape.ts";

/** One parameter tensor of a network and the inputs that meet in one of its units. */
interface Parameter {
  readonly name: string;
  readonly shape: readonly number[];
  readonly fanIn: number;
}

/**
 * A network's parameters in the order in which they lie in its flat vector. One vector per network
 * means one Adam step, and three tensors instead of dozens, cross the runtime's boundary.
 */
export type Layout = readonly Parameter[];

/** A network's parameter tensors as values of a graph. */
export type ParameterValues = ReadonlyMap<string, Value>;

/** Weight [inputs, units] and bias [units] of a dense layer. */
export function denseLayout(name: string, inputs: number, units: number): Layout {
  return [
    { name: `${name}.weight`, shape: [inputs, units], fanIn: inputs },
    { name: `${name}.bias`, shape: [units], fanIn: inputs },
  ];
}

export function layoutSize(layout: Layout): number {
  return layout.reduce((total, { shape }) => total + elementCount(shape), 0);
}

/** Every parameter uniform in ±1/√fanIn. */
export function drawParameters(layout: Layout, random: Random): Float32Array {
  const drawn = layout.flatMap(({ shape, fanIn }) =>
    Array.from({ length: elementCount(shape) }, () => (2 * random.uniform() - 1) / fanIn ** 0.5),
  );
  return Float32Array.from(drawn);
}

/** The tensors of a flat vector, copied. */
export function weightsOf(layout: Layout, flat: Float32Array): Weights {
  let start = 0;
  const entries = layout.map(({ name, shape }) => {
    const data = flat.slice(start, start + elementCount(shape));
    start += data.length;
    return [name, { shape, data }] as const;
  });
  return new Map(entries);
}

/**
 * The flat vector of tensors.
 *
 * @throws SlotwiseError WEIGHTS_INVALID when a name or shape differs or a number is not finite
 */
export function flatOf(layout: Layout, weights: Weights): Float32Array {
  const fault = weightsFault(layout, weights);
  if (fault !== undefined) {
    throw new SlotwiseError("WEIGHTS_INVALID", {
      expected: `finite weights of ${layout.map(({ name, shape }) => `${name}[${shape}]`).join(" ")}`,
      received: fault,
      consequence: "the network kept its weights",
    });
  }
  const flat = new Float32Array(layoutSize(layout));
  let start = 0;
  for (const { name } of layout) {
    const data = weights.get(name)?.data ?? new Float32Array();
    flat.set(data, start);
    start += data.length;
  }
  return flat;
}

function weightsFault(layout: Layout, weights: Weights): string | undefined {
  const expected = new Set(layout.map(({ name }) => name));
  const surplus = [...weights.keys()].find((name) => !expected.has(name));
  if (surplus !== undefined) return `an unknown tensor ${surplus}`;
  for (const { name, shape } of layout) {
    const tensor = weights.get(name);
    if (tensor === undefined) return `no tensor ${name}`;
    if (!sameShape(tensor.shape, shape)) return `${name}[${tensor.shape}]`;
    if (tensor.data.length !== elementCount(shape)) return `${tensor.data.length} of ${name}`;
    if (!tensor.data.every(Number.isFinite)) return `a number that is not finite in ${name}`;
  }
  return undefined;
}

/**
 * Cuts flat vectors into a network's tensors, as nodes: [size] into tensors of the layout's shapes,
 * [agents, size] into stacks of them, biases as [agents, 1, units].
 */
export function unpack(layout: Layout, flat: Value): ParameterValues {
  const parts = split(
    flat,
    layout.map(({ shape }) => elementCount(shape)),
    -1,
  );
  const agents = flat.shape.slice(0, -1);
  const shapeOf = (shape: Shape) =>
    agents.length === 0 ? shape : [...agents, ...(shape.length === 1 ? [1] : []), ...shape];
  return new Map(
    layout.map(({ name, shape }, i) => [name, reshape(parts[i] as Value, shapeOf(shape))] as const),
  );
}

/** The flat vectors [agents, size] of stacked tensors, as nodes. */
export function pack(values: readonly Value[]): Value {
  const flat = values.map((value) => {
    const [agents = 1, ...shape] = value.shape;
    return reshape(value, [agents, elementCount(shape)]);
  });
  return concat(flat as [Value, ...Value[]], 1);
}
