import { gradients } from "../graph/gradients.ts";
import { Graph, type Value } from "../graph/graph.ts";
import {
  add,
  concat,
  expand,
  mean,
  mul,
  neg,
  sqrt,
  square,
  stopGradient,
  sub,
  sum,
} from "../graph/operations.ts";
import { shapeError } from "../graph/shape.ts";
import { discriminate, discriminatorLayout } from "../networks/discriminator.ts";
import { type Generated, generate, generatorLayout } from "../networks/generator.ts";
import { declareParameters, type ParameterValues } from "../networks/parameters.ts";
import type { LearnerConfig } from "./learner-config.ts";
import { actionValue, temporalDifferenceTarget } from "./temporal-difference.ts";
import {
  anchored,
  type Batch,
  declareBatch,
  declareRates,
  declareTrained,
  descend,
  emitMetrics,
  emitTrained,
  meanPerAgent,
  minibatchesOf,
  type StepOptions,
  type TrainingStep,
} from "./training-step.ts";

/** Keeps the slope of the norm finite where a gradient vanishes. */
const normFloor = 1e-12;

/**
 * Equation (15): (λ/2) E[(‖∇_ψ D(ψ)‖₂ − 1)²] at ψ = ε · target + (1 − ε) · generated particles,
 * [agents, 1, 1]. The misplaced hats of the printed ψ are corrected.
 */
function gradientPenalty(
  discriminator: ParameterValues,
  real: Value,
  generated: Value,
  mixing: Value,
  lambda: number,
): Value {
  const between = add(
    mul(mixing, real),
    mul(sub(real.graph.scalar(1, real.type), mixing), generated),
  );
  const [slope] = gradients(sum(discriminate(discriminator, between)), [between]) as [Value];
  const norm = sqrt(add(sum(square(slope), [-1]), normFloor));
  return mul(meanPerAgent(square(sub(norm, 1))), lambda / 2);
}

/** E[D(generated)] − E[D(real)] of (14), in one pass over both, [agents, 1, 1]. */
function scoreDistance(discriminator: ParameterValues, generated: Value, real: Value): Value {
  const rows = real.shape[1] as number;
  const signs = Array.from({ length: 2 * rows }, (_, row) => (row < rows ? 1 : -1));
  const scores = discriminate(discriminator, concat([generated, real], 1));
  const signed = mul(scores, real.graph.constant(signs, [1, 2 * rows, 1]));
  return mul(meanPerAgent(signed), 2);
}

/** {G^V}; this algorithm's generator always has its value branch. */
function particlesOf({ particles }: Generated): Value {
  if (particles === undefined) throw shapeError("a generator with particles", "none");
  return particles;
}

/**
 * What the discriminator scores in (12). Its slope pushes the particles' mean as well as their
 * spread, which biases Q; the advantages of the actions taken then make up for the bias. With reach
 * `spread` the mean carries no gradient: the temporal difference alone sets it.
 */
function scoredParticles(particles: Value, reach: LearnerConfig["adversarialReach"]): Value {
  if (reach === "particles") return particles;
  const centre = mean(particles, [-1]);
  return add(sub(particles, centre), stopGradient(centre));
}

/**
 * The D3QN-GAN update, equations (9) to (16): `criticSteps` steps of the discriminator, each on its
 * own minibatch, then one of the generator on the last minibatch, all by Adam.
 */
export function d3qnGanStep(options: StepOptions): TrainingStep {
  const { spec, config, agents } = options;
  const { criticSteps, discount, adam, batchSize } = config;
  const { head } = spec;
  const graph = new Graph(options.floatType);
  const layout = generatorLayout(spec);
  const criticLayout = discriminatorLayout(spec.particles, config.discriminatorWidth);
  const minibatches = criticSteps + 1;
  const batch = declareBatch(graph, options, minibatches * batchSize);
  const batches = minibatchesOf(batch, minibatches);
  const rates = declareRates(graph, minibatches);
  const generator = anchored(declareTrained(graph, "generator", layout, agents), config);
  const target = declareParameters(graph, "target", layout, agents);
  let discriminator = declareTrained(graph, "discriminator", criticLayout, agents);

  /** {r + γ Ĝ^V(o′, τ)}, [agents, rows, N]. */
  const targetParticles = ({ reward, nextObservation, noise }: Batch): Value => {
    if (discount === 0) return expand(reward, [agents, batchSize, spec.particles]);
    const particles = particlesOf(generate(spec, target, nextObservation, noise));
    return stopGradient(add(mul(particles, discount), reward));
  };

  let discriminatorLoss = graph.scalar(0);
  for (const [i, batch] of batches.slice(0, criticSteps).entries()) {
    const online = generate(spec, generator.values, batch.observation, batch.noise);
    const generated = stopGradient(particlesOf(online));
    const real = targetParticles(batch);
    const { values } = discriminator;
    const penalty = gradientPenalty(values, real, generated, batch.mixing, config.gradientPenalty);
    discriminatorLoss = add(scoreDistance(values, generated, real), penalty);
    discriminator = descend(discriminator, discriminatorLoss, rates[i] as Value, adam);
  }

  const { observation, entries, reward, nextObservation, noise } = batches.at(-1) as Batch;
  const online = generate(spec, generator.values, observation, noise);
  const value = actionValue(head, online, entries);
  const tdTarget = temporalDifferenceTarget(head, reward, discount, () => ({
    online: generate(spec, generator.values, nextObservation, noise),
    target: generate(spec, target, nextObservation, noise),
  }));
  const tdLoss = mul(meanPerAgent(square(sub(value, tdTarget))), 0.5);
  const scored = scoredParticles(particlesOf(online), config.adversarialReach);
  const adversarial = neg(meanPerAgent(discriminate(discriminator.values, scored)));
  const generatorLoss = add(mul(adversarial, config.adversarialWeight), tdLoss);

  emitTrained(graph, discriminator);
  emitTrained(graph, descend(generator, generatorLoss, rates.at(-1) as Value, adam));
  const metrics = emitMetrics(graph, {
    tdLoss,
    meanValue: meanPerAgent(value),
    generatorLoss,
    discriminatorLoss,
  });
  return {
    graph,
    agents,
    networks: new Map([
      ["discriminator", criticLayout],
      ["generator", layout],
    ]),
    minibatches,
    metrics,
    steps: new Map([
      ["discriminator", criticSteps],
      ["generator", 1],
    ]),
  };
}
