import { gradients } from "../graph/gradients.ts";
import type { Graph, Value } from "../graph/graph.ts";
import { cast, concat, mul, reshape, split } from "../graph/operations.ts";
import type { GeneratorSpec } from "../networks/generator.ts";
import {
  type Layout,
  layoutSize,
  type ParameterValues,
  pack,
  unpack,
} from "../networks/parameters.ts";
import { type AdamState, adamStep, hypergradientFactor } from "./adam.ts";
import type { LearnerConfig } from "./learner-config.ts";

/** Suffix of the outputs that are the next update's inputs. */
export const nextSuffix = ".next";

/**
 * A learner's update as one graph. Inputs: each network's `name`, `name.firstMoment` and
 * `name.secondMoment`; `target`; the minibatches; `rates`. Outputs: the networks with `nextSuffix`,
 * and `metrics`.
 */
export interface TrainingStep {
  readonly graph: Graph;
  /** Networks that the step trains, and their layouts; `generator` is always one. */
  readonly networks: ReadonlyMap<string, Layout>;
  /** Minibatches of `batchSize` transitions that one step consumes. */
  readonly minibatches: number;
  /** Names of the elements of `metrics`. */
  readonly metrics: readonly string[];
  /** How often each element of `rates` is stepped: network, and its steps per update. */
  readonly steps: ReadonlyMap<string, number>;
}

/** Transitions (o, a, r, o′) and chance of a step; rows = minibatches × batchSize. */
export interface Batch {
  readonly observation: Value;
  /** Entries of the action taken, int64 [rows, entriesPerAction]. */
  readonly entries: Value;
  readonly reward: Value;
  readonly nextObservation: Value;
  /** τ, [rows, noiseDimension]; unused by a generator without noise. */
  readonly noise: Value;
  /** ε of (15), [rows, 1]. */
  readonly mixing: Value;
}

export function declareBatch(graph: Graph, spec: GeneratorSpec, rows: number): Batch {
  const observationSize = spec.observationScale.length;
  const entries = graph.input("entries", [rows, spec.head.entriesPerAction], "int32");
  return {
    observation: graph.input("observation", [rows, observationSize]),
    entries: cast(entries, "int64"),
    reward: graph.input("reward", [rows, 1]),
    nextObservation: graph.input("nextObservation", [rows, observationSize]),
    noise: graph.input("noise", [rows, spec.noiseDimension]),
    mixing: graph.input("mixing", [rows, 1]),
  };
}

/** Cuts a batch into consecutive minibatches. */
export function minibatchesOf(batch: Batch, count: number): Batch[] {
  const rows = batch.reward.shape[0] as number;
  const extents = new Array<number>(count).fill(rows / count);
  const parts = Object.entries(batch).map(
    ([name, value]) => [name, split(value as Value, extents)] as const,
  );
  return extents.map(
    (_, i) => Object.fromEntries(parts.map(([name, values]) => [name, values[i]])) as never,
  );
}

/** A network under training, at some point of the step. */
export interface Trained {
  readonly name: string;
  readonly layout: Layout;
  readonly state: AdamState;
  readonly values: ParameterValues;
}

export function declareTrained(graph: Graph, name: string, layout: Layout): Trained {
  const shape = [layoutSize(layout)];
  const state = {
    parameters: graph.input(name, shape),
    firstMoment: graph.input(`${name}.firstMoment`, shape),
    secondMoment: graph.input(`${name}.secondMoment`, shape),
  };
  return { name, layout, state, values: unpack(layout, state.parameters) };
}

/** θ ← θ − η ∇_θ loss, by Adam: the network after one step on its loss, (13) and (16). */
export function descend(
  network: Trained,
  loss: Value,
  rate: Value,
  adam: LearnerConfig["adam"],
): Trained {
  const gradient = gradientOf(network, loss);
  return stepped(network, adamStep(network.state, gradient, rate, adam));
}

/** ∇_θ loss, flat. */
function gradientOf(network: Trained, loss: Value): Value {
  return pack(gradients(loss, [...network.values.values()]));
}

function stepped(network: Trained, state: AdamState): Trained {
  return { ...network, state, values: unpack(network.layout, state.parameters) };
}

/** `descend` with a step size that first follows its hypergradient; also the factor it grew by, []. */
export function descendAdaptively(
  network: Trained,
  loss: Value,
  rate: Value,
  gain: number,
  adam: LearnerConfig["adam"],
): { readonly network: Trained; readonly rateFactor: Value } {
  const gradient = gradientOf(network, loss);
  const rateFactor = reshape(hypergradientFactor(network.state, gradient, gain, adam), []);
  const state = adamStep(network.state, gradient, mul(rate, rateFactor), adam);
  return { network: stepped(network, state), rateFactor };
}

/** Declares a network's new parameters and moments as outputs. */
export function emitTrained(graph: Graph, { name, state }: Trained): void {
  graph.output(name + nextSuffix, state.parameters);
  graph.output(`${name}.firstMoment${nextSuffix}`, state.firstMoment);
  graph.output(`${name}.secondMoment${nextSuffix}`, state.secondMoment);
}

/** Declares single-element values as the output `metrics`, in order; returns their names. */
export function emitMetrics(graph: Graph, metrics: Readonly<Record<string, Value>>): string[] {
  const values = Object.values(metrics).map((value) => reshape(value, [1]));
  graph.output("metrics", concat(values as [Value, ...Value[]], 0));
  return Object.keys(metrics);
}
