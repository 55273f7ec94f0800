import { type FloatType, Graph } from "../graph/graph.ts";
import { mean, mul, reshape, square, sub } from "../graph/operations.ts";
import { type GeneratorSpec, generate, generatorLayout } from "../networks/generator.ts";
import { layoutSize, unpack } from "../networks/parameters.ts";
import type { LearnerConfig } from "./learner-config.ts";
import { actionValue, type TargetRule, temporalDifferenceTarget } from "./temporal-difference.ts";
import {
  declareBatch,
  declareTrained,
  descend,
  emitMetrics,
  emitTrained,
  type TrainingStep,
} from "./training-step.ts";

/**
 * Deep Q-learning, J = E[½ξ²], one Adam step a minibatch. With a value branch and the double rule it
 * is D3QN, the slicing paper's baseline; with a plain network DDQL (double) or DQL (max), the energy
 * paper's.
 */
export function qLearningStep(
  rule: TargetRule,
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
  const next = () => ({
    online: generate(spec, generator.values, nextObservation),
    target: generate(spec, target, nextObservation),
  });
  const tdTarget = temporalDifferenceTarget(head, reward, config.discount, next, rule);
  const tdLoss = mul(mean(square(sub(value, tdTarget))), 0.5);

  const rate = reshape(graph.input("rates", [1]), []);
  emitTrained(graph, descend(generator, tdLoss, rate, config.adam));
  const metrics = emitMetrics(graph, { tdLoss, meanValue: mean(value) });
  const networks = new Map([["generator", layout]]);
  return { graph, networks, minibatches: 1, metrics, steps: new Map([["generator", 1]]) };
}
