import { type FloatType, Graph } from "../graph/graph.ts";
import { mean, mul, reshape, square, sub } from "../graph/operations.ts";
import { type GeneratorSpec, generate, generatorLayout } from "../networks/generator.ts";
import { layoutSize, unpack } from "../networks/parameters.ts";
import type { LearnerConfig } from "./learner-config.ts";
import { actionValue, temporalDifferenceTarget } from "./temporal-difference.ts";
import {
  declareBatch,
  declareTrained,
  descend,
  emitMetrics,
  emitTrained,
  type TrainingStep,
} from "./training-step.ts";

/**
 * Dueling double deep Q-learning, the paper's baseline without a GAN: D3QN-GAN with one value for
 * the particles, no noise and no discriminator. J = E[½ξ²].
 */
export function d3qnStep(
  spec: GeneratorSpec,
  config: LearnerConfig,
  floatType: FloatType = "float32",
): TrainingStep {
  const graph = new Graph(floatType);
  const { head } = spec;
  const layout = generatorLayout(spec);
  const { observation, entries, reward, nextObservation } = declareBatch(
    graph,
    spec,
    config.batchSize,
  );
  const generator = declareTrained(graph, "generator", layout);
  const target = unpack(layout, graph.input("target", [layoutSize(layout)]));

  const value = actionValue(head, generate(spec, generator.values, observation), entries);
  const tdTarget = temporalDifferenceTarget(head, reward, config.discount, () => ({
    online: generate(spec, generator.values, nextObservation),
    target: generate(spec, target, nextObservation),
  }));
  const tdLoss = mul(mean(square(sub(value, tdTarget))), 0.5);

  const rate = reshape(graph.input("rates", [1]), []);
  emitTrained(graph, descend(generator, tdLoss, rate, config.adam));
  const metrics = emitMetrics(graph, { tdLoss, meanValue: mean(value) });
  const networks = new Map([["generator", layout]]);
  return { graph, networks, minibatches: 1, metrics, steps: new Map([["generator", 1]]) };
}
