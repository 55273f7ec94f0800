import { gradients } from "../graph/gradients.ts";
import type { FloatType, Graph, Value } from "../graph/graph.ts";
import { add, cast, concat, mean, mul, reshape, split, sub, sum } from "../graph/operations.ts";
import type { GeneratorSpec } from "../networks/generator.ts";
import {
  declareParameters,
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

/** Input of the flat generators that learners last took over, where a step is drawn towards them. */
export const anchorInput = "anchor";

/**
 * An update of `agents` learners as one graph: they have equal shapes, so they are stacked along the
 * first axis of every tensor and never meet. Inputs: each network as flat vectors `name`,
 * `name.firstMoment` and `name.secondMoment`, tensor after tensor, [agents · size], and its tensors
 * once more, `name/TENSOR`; the tensors of `target`; the minibatches; `rates` [steps]. Outputs: the
 * flat vectors with `nextSuffix`, and `metrics` [agents, metrics].
 */
export interface TrainingStep {
  readonly graph: Graph;
  readonly agents: number;
  /** Networks that the step trains, and their layouts; `generator` is always one. */
  readonly networks: ReadonlyMap<string, Layout>;
  /** Minibatches of `batchSize` transitions that one step consumes. */
  readonly minibatches: number;
  /** Names of the elements of a row of `metrics`. */
  readonly metrics: readonly string[];
  /** Whose step size each element of `rates` is: network, and its steps per update. */
  readonly steps: ReadonlyMap<string, number>;
}

/** What a training step is built of besides its algorithm. */
export interface StepOptions {
  readonly spec: GeneratorSpec;
  readonly config: LearnerConfig;
  readonly agents: number;
  readonly floatType: FloatType;
}

/** Transitions (o, a, r, o′) and chance of a step, [agents, rows, ...]; rows = minibatches × batchSize. */
export interface Batch {
  readonly observation: Value;
  /** Entries of the action taken, int64 [agents, rows, entriesPerAction]. */
  readonly entries: Value;
  readonly reward: Value;
  readonly nextObservation: Value;
  /** τ, [agents, rows, noiseDimension]; unused by a generator without noise. */
  readonly noise: Value;
  /** ε of (15), [agents, rows, 1]. */
  readonly mixing: Value;
}

export function declareBatch(graph: Graph, { spec, agents }: StepOptions, rows: number): Batch {
  const observationSize = spec.observationScale.length;
  const input = (name: string, columns: number) => graph.input(name, [agents, rows, columns]);
  const entries = graph.input("entries", [agents, rows, spec.head.entriesPerAction], "int32");
  return {
    observation: input("observation", observationSize),
    entries: cast(entries, "int64"),
    reward: input("reward", 1),
    nextObservation: input("nextObservation", observationSize),
    noise: input("noise", spec.noiseDimension),
    mixing: input("mixing", 1),
  };
}

/** Cuts a batch into consecutive minibatches. */
export function minibatchesOf(batch: Batch, count: number): Batch[] {
  const rows = batch.reward.shape[1] as number;
  const extents = new Array<number>(count).fill(rows / count);
  const parts = Object.entries(batch).map(
    ([name, value]) => [name, split(value as Value, extents, 1)] as const,
  );
  return extents.map(
    (_, i) => Object.fromEntries(parts.map(([name, values]) => [name, values[i]])) as never,
  );
}

/** The elements of the input `rates`, [1] each. */
export function declareRates(graph: Graph, steps: number): Value[] {
  return split(graph.input("rates", [steps]), new Array<number>(steps).fill(1), 0);
}

/** Each agent's mean over its rows and columns: [agents, rows, columns] → [agents, 1, 1]. */
export function meanPerAgent(x: Value): Value {
  return mean(x, [1, 2]);
}

/** A network under training, at some point of the step. */
export interface Trained {
  readonly name: string;
  readonly layout: Layout;
  readonly agents: number;
  readonly state: AdamState;
  readonly values: ParameterValues;
  /** What draws the parameters near: flat, and by which weight. */
  readonly anchor?: { readonly parameters: Value; readonly weight: number };
}

export function declareTrained(
  graph: Graph,
  name: string,
  layout: Layout,
  agents: number,
): Trained {
  const shape = [agents * layoutSize(layout)];
  const state = {
    parameters: graph.input(name, shape),
    firstMoment: graph.input(`${name}.firstMoment`, shape),
    secondMoment: graph.input(`${name}.secondMoment`, shape),
  };
  return { name, layout, agents, state, values: declareParameters(graph, name, layout, agents) };
}

/**
 * FedProx (Li et al., MLSys 2020): adds ½μ‖θ − θ̄‖² to whatever a network descends on, where θ̄ is the
 * input `anchor`.
 */
export function anchored(network: Trained, { proximalWeight: weight }: LearnerConfig): Trained {
  if (weight === 0) return network;
  const { graph, shape } = network.state.parameters;
  return { ...network, anchor: { parameters: graph.input(anchorInput, shape), weight } };
}

/**
 * θ ← θ − η ∇_θ loss, by Adam: the network after one step on its loss, (13) and (16).
 *
 * @param loss [agents, 1, 1]
 * @param rate [1]
 */
export function descend(
  network: Trained,
  loss: Value,
  rate: Value,
  adam: LearnerConfig["adam"],
): Trained {
  const gradient = gradientOf(network, loss);
  return stepped(network, adamStep(network.state, gradient, rate, adam));
}

/** ∇_θ loss, flat: no agent's loss depends on another's parameters, so that of the sum. */
function gradientOf({ values, state, anchor }: Trained, loss: Value): Value {
  const gradient = pack(gradients(sum(loss), [...values.values()]));
  if (anchor === undefined) return gradient;
  return add(gradient, mul(sub(state.parameters, anchor.parameters), anchor.weight));
}

function stepped(network: Trained, state: AdamState): Trained {
  return { ...network, state, values: unpack(network.layout, state.parameters, network.agents) };
}

/** `descend` with a step size that first follows its hypergradient; also the factor it grew by, [1]. Of one agent. */
export function descendAdaptively(
  network: Trained,
  loss: Value,
  rate: Value,
  gain: number,
  adam: LearnerConfig["adam"],
): { readonly network: Trained; readonly rateFactor: Value } {
  const gradient = gradientOf(network, loss);
  const rateFactor = reshape(hypergradientFactor(network.state, gradient, gain, adam), [1]);
  const state = adamStep(network.state, gradient, mul(rate, rateFactor), adam);
  return { network: stepped(network, state), rateFactor };
}

/** Declares a network's new parameters and moments as outputs. */
export function emitTrained(graph: Graph, { name, state }: Trained): void {
  graph.output(name + nextSuffix, state.parameters);
  graph.output(`${name}.firstMoment${nextSuffix}`, state.firstMoment);
  graph.output(`${name}.secondMoment${nextSuffix}`, state.secondMoment);
}

/** Declares values with one element per agent as the columns of `metrics`; returns their names. */
export function emitMetrics(graph: Graph, metrics: Readonly<Record<string, Value>>): string[] {
  const columns = Object.values(metrics).map((value) => reshape(value, [value.shape[0] ?? 1, 1]));
  graph.output("metrics", concat(columns as [Value, ...Value[]], 1));
  return Object.keys(metrics);
}
