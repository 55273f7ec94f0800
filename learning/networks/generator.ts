import { demandPerUser } from "../../core/slicing/observation.ts";
import type { SlicingScenario } from "../../core/slicing/scenario.ts";
import type { LearnerConfig } from "../algorithms/learner-config.ts";
import type { Value } from "../graph/graph.ts";
import { mul, relu } from "../graph/operations.ts";
import { dense } from "./dense.ts";
import type { AdvantageHead } from "./heads/advantage-head.ts";
import { createHead } from "./heads/create-head.ts";
import { denseLayout, type Layout, type ParameterValues } from "./parameters.ts";

/** What fixes a generator's shape. */
export interface GeneratorSpec {
  /** One over the demand of U_b users, per observation element: inputs are shares of the users. */
  readonly observationScale: Float64Array;
  readonly width: number;
  /** 0 leaves the noise and its embedding out, as plain D3QN does. */
  readonly noiseDimension: number;
  readonly particles: number;
  readonly head: AdvantageHead;
}

export function generatorSpec(scenario: SlicingScenario, config: LearnerConfig): GeneratorSpec {
  const adversarial = config.algorithm === "d3qn-gan";
  return {
    observationScale: demandPerUser(scenario).map(
      (demand) => 1 / (demand * scenario.usersPerAccessPoint),
    ),
    width: config.width,
    noiseDimension: adversarial ? config.noiseDimension : 0,
    particles: adversarial ? config.particles : 1,
    head: createHead(config.head, scenario),
  };
}

export function generatorLayout(spec: GeneratorSpec): Layout {
  const { width, noiseDimension, particles, head } = spec;
  const noise = noiseDimension > 0 ? denseLayout("generator.noise", noiseDimension, width) : [];
  return [
    ...denseLayout("generator.state", spec.observationScale.length, width),
    ...noise,
    ...denseLayout("generator.hidden", width, width),
    ...denseLayout("generator.value.hidden", width, width / 2),
    ...denseLayout("generator.value.output", width / 2, particles),
    ...denseLayout("generator.advantage.hidden", width, width / 2),
    ...denseLayout("generator.advantage.output", width / 2, head.outputs),
  ];
}

/** {G^V} [rows, particles] and the head's raw advantages [rows, head.outputs]. */
export interface Generated {
  readonly particles: Value;
  readonly advantages: Value;
}

/**
 * G(o, τ): state and noise embeddings meet in a Hadamard product, then a shared layer, then a value
 * and an advantage branch.
 *
 * @param observation raw units [rows, 2I]
 * @param noise [rows, noiseDimension], or [1, noiseDimension] for all rows; unused without noise
 */
export function generate(
  spec: GeneratorSpec,
  parameters: ParameterValues,
  observation: Value,
  noise?: Value,
): Generated {
  const layer = (name: string, x: Value) => dense(parameters, `generator.${name}`, x);
  const scale = observation.graph.constant(spec.observationScale, [
    1,
    spec.observationScale.length,
  ]);
  const state = relu(layer("state", mul(observation, scale)));
  const embedding = noise === undefined ? state : mul(state, relu(layer("noise", noise)));
  const hidden = relu(layer("hidden", embedding));
  return {
    particles: layer("value.output", relu(layer("value.hidden", hidden))),
    advantages: layer("advantage.output", relu(layer("advantage.hidden", hidden))),
  };
}
