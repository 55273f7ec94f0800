import { SlotwiseError } from "../../core/errors.ts";
import type { Random } from "../../core/random.ts";
import type { Weights } from "../../core/weights/tensor.ts";
import type { Graph, Value } from "../graph/graph.ts";
import { concat, reshape, split } from "../graph/operations.ts";
import { elementCount, type Shape, sameShape } from "../graph/shape.ts";

/** One parameter tensor of a network and the inputs that meet in one of its units. */
interface Parameter {
  readonly name: string;
  readonly shape: readonly number[];
  readonly fanIn: number;
}

/** A network's parameters in the order in which they lie in its flat vector. */
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
export function drawParameters(layout: Layout, random: Random): Weights {
  return new Map(
    layout.map(({ name, shape, fanIn }) => {
      const draw = () => (2 * random.uniform() - 1) / fanIn ** 0.5;
      return [name, { shape, data: Float32Array.from({ length: elementCount(shape) }, draw) }];
    }),
  );
}

/** Equal networks in one flat vector: tensor after tensor, network after network. */
export function stackedVector(layout: Layout, networks: readonly Weights[]): Float32Array {
  const flat = new Float32Array(networks.length * layoutSize(layout));
  let start = 0;
  for (const { name } of layout) {
    for (const weights of networks) {
      const data = weights.get(name)?.data ?? new Float32Array();
      flat.set(data, start);
      start += data.length;
    }
  }
  return flat;
}

/**
 * Where the tensors of one of `networks` equal networks lie in their stacked vector: pairs of
 * subarrays, of the stacked vector and of the network's own.
 */
export function stackedParts(
  layout: Layout,
  networks: number,
  row: number,
  stacked: Float32Array,
  own: Float32Array,
): [Float32Array, Float32Array][] {
  let start = 0;
  return layout.map(({ shape }) => {
    const size = elementCount(shape);
    const first = start * networks + row * size;
    const parts = [stacked.subarray(first, first + size), own.subarray(start, start + size)] as [
      Float32Array,
      Float32Array,
    ];
    start += size;
    return parts;
  });
}

/** @throws SlotwiseError WEIGHTS_INVALID when a name or shape differs or a number is not finite */
export function checkWeights(layout: Layout, weights: Weights): void {
  const fault = weightsFault(layout, weights);
  if (fault === undefined) return;
  throw new SlotwiseError("WEIGHTS_INVALID", {
    expected: `finite weights of ${layout.map(({ name, shape }) => `${name}[${shape}]`).join(" ")}`,
    received: fault,
    consequence: "the network kept its weights",
  });
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

/** Shape of a tensor of `agents` networks: theirs, stacked; a bias meets every row of its agent. */
function stackedShape({ shape }: Pick<Parameter, "shape">, agents: number): Shape {
  return shape.length === 1 ? [agents, 1, ...shape] : [agents, ...shape];
}

/** A tensor's elements and shape. */
export interface HostTensor {
  readonly data: Float32Array;
  readonly shape: readonly number[];
}

/** The tensors of `agents` networks in their flat vector: views, which share its memory. */
export function stackedViews(
  layout: Layout,
  flat: Float32Array,
  agents: number,
): ReadonlyMap<string, HostTensor> {
  let start = 0;
  return new Map(
    layout.map((parameter) => {
      const shape = stackedShape(parameter, agents);
      const data = flat.subarray(start, start + elementCount(shape));
      start += data.length;
      return [parameter.name, { data, shape }] as const;
    }),
  );
}

/**
 * Declares a network's tensors, stacked, as inputs `NETWORK/TENSOR` of a graph. They can be views of
 * one flat vector, tensor after tensor, so that a graph that needs both copies nothing.
 */
export function declareParameters(
  graph: Graph,
  network: string,
  layout: Layout,
  agents: number,
): ParameterValues {
  return new Map(
    layout.map((parameter) => [
      parameter.name,
      graph.input(`${network}/${parameter.name}`, stackedShape(parameter, agents)),
    ]),
  );
}

/** Cuts a flat vector, tensor after tensor, into a network's tensors; with agents, into stacks. */
export function unpack(layout: Layout, flat: Value, agents?: number): ParameterValues {
  const shapes = layout.map((parameter) =>
    agents === undefined ? parameter.shape : stackedShape(parameter, agents),
  );
  const parts = split(flat, shapes.map(elementCount), 0);
  return new Map(
    layout.map(({ name }, i) => [name, reshape(parts[i] as Value, shapes[i] as Shape)] as const),
  );
}

/** The flat vector of tensors, one after the other, as nodes. */
export function pack(values: readonly Value[]): Value {
  const flat = values.map((value) => reshape(value, [elementCount(value.shape)]));
  return concat(flat as [Value, ...Value[]], 0);
}
