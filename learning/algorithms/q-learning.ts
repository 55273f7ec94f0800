import { Graph, type Value } from "../graph/graph.ts";
import { mul, sqrt, square, sub } from "../graph/operations.ts";
import { generate, generatorLayout } from "../networks/generator.ts";
import { declareParameters } from "../networks/parameters.ts";
import type { LearnerConfig } from "./learner-config.ts";
import { actionValue, type TargetRule, temporalDifferenceTarget } from "./temporal-difference.ts";
import {
  anchored,
  declareBatch,
  declareRates,
  declareTrained,
  descend,
  descendAdaptively,
  emitMetrics,
  emitTrained,
  meanPerAgent,
  type StepOptions,
  type Trained,
  type TrainingStep,
} from "./training-step.ts";

/** One step on the loss, with the step size as it is or as its hypergradient says. */
function descent(generator: Trained, tdLoss: Value, rate: Value, config: LearnerConfig) {
  const { adaptiveLearningRate, adam } = config;
  return adaptiveLearningRate === undefined
    ? { network: descend(generator, tdLoss, rate, adam) }
    : descendAdaptively(generator, tdLoss, rate, adaptiveLearningRate.gain, adam);
}

/**
 * Deep Q-learning, J = E[½ξ²], one Adam step a minibatch. With a value branch and the double rule it
 * is D3QN, the slicing paper's baseline; with a plain network DDQL (double) or DQL (max), the energy
 * paper's.
 */
export function qLearningStep(rule: TargetRule, options: StepOptions): TrainingStep {
  const { spec, config, agents } = options;
  const { head } = spec;
  const graph = new Graph(options.floatType);
  const layout = generatorLayout(spec);
  const batch = declareBatch(graph, options, config.batchSize);
  const { observation, entries, reward, nextObservation } = batch;
  const generator = anchored(declareTrained(graph, "generator", layout, agents), config);
  const target = declareParameters(graph, "target", layout, agents);

  const value = actionValue(head, generate(spec, generator.values, observation), entries);
  const next = () => ({
    online: generate(spec, generator.values, nextObservation),
    target: generate(spec, target, nextObservation),
  });
  const tdTarget = temporalDifferenceTarget(head, reward, config.discount, next, rule);
  const tdLoss = mul(meanPerAgent(square(sub(value, tdTarget))), 0.5);

  const [rate] = declareRates(graph, 1) as [Value];
  const { network, ...adapted } = descent(generator, tdLoss, rate, config);
  emitTrained(graph, network);
  const metrics = emitMetrics(graph, {
    tdLoss,
    meanValue: meanPerAgent(value),
    ...adapted,
    ...(config.adaptiveExploration && { targetRms: sqrt(meanPerAgent(square(tdTarget))) }),
  });
  const networks = new Map([["generator", layout]]);
  return { graph, agents, networks, minibatches: 1, metrics, steps: new Map([["generator", 1]]) };
}
