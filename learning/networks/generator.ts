import type { LearnerConfig } from "../algorithms/learner-config.ts";
import type { Value } from "../graph/graph.ts";
import { mul, relu } from "../graph/operations.ts";
import type { Problem } from "../problem.ts";
import { dense } from "./dense.ts";
import type { ActionHead } from "./heads/action-head.ts";
import { denseLayout, type Layout, type ParameterValues } from "./parameters.ts";

/** What fixes a generator's shape. */
export interface GeneratorSpec {
  /** What every observation element is multiplied with. */
  readonly observationScale: Float64Array;
  readonly width: number;
  /** 0 leaves the noise and its embedding out, as plain D3QN does. */
  readonly noiseDimension: number;
  /** 0 leaves the value branch out: raw advantages are then action values. */
  readonly particles: number;
  readonly head: ActionHead;
}

const valueParticles = {
  "d3qn-gan": ({ particles }: LearnerConfig) => particles,
  d3qn: () => 1,
  ddql: () => 0,
  dql: () => 0,
};

export function generatorSpec(problem: Problem, config: LearnerConfig): GeneratorSpec {
  const adversarial = config.algorithm === "d3qn-gan";
  return {
    observationScale: problem.observationScale,
    width: config.width,
    noiseDimension: adversarial ? config.noiseDimension : 0,
    particles: valueParticles[config.algorithm](config),
    head: problem.head,
  };
}

export function generatorLayout(spec: GeneratorSpec): Layout {
  const { width, noiseDimension, particles, head } = spec;
  const noise = noiseDimension > 0 ? denseLayout("generator.noise", noiseDimension, width) : [];
  const value =
    particles > 0
      ? [
          ...denseLayout("generator.value.hidden", width, width / 2),
          ...denseLayout("generator.value.output", width / 2, particles),
        ]
      : [];
  return [
    ...denseLayout("generator.state", spec.observationScale.length, width),
    ...noise,
    ...denseLayout("generator.hidden", width, width),
    ...value,
    ...denseLayout("generator.advantage.hidden", width, width / 2),
    ...denseLayout("generator.advantage.output", width / 2, head.outputs),
  ];
}

/** {G^V} [..., particles], where there is a value branch, and the raw advantages [..., head.outputs]. */
export interface Generated {
  readonly particles: Value | undefined;
  readonly advantages: Value;
}

/**
 * G(o, τ): state and noise embeddings meet in a Hadamard product, then a shared layer, then a value
 * and an advantage branch. Without noise and value branch it is a plain ReLU network.
 *
 * @param observation raw units [..., rows, observation size]
 * @param noise [..., rows, noiseDimension], or [1, noiseDimension] for all rows; unused without noise
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
    particles:
      spec.particles > 0 ? layer("value.output", relu(layer("value.hidden", hidden))) : undefined,
    advantages: layer("advantage.output", relu(layer("advantage.hidden", hidden))),
  };
}
