import type { InferenceSession } from "onnxruntime-node";
import { createRandom, type Random } from "../core/random.ts";
import type { Weights } from "../core/weights/tensor.ts";
import { adamRate } from "./algorithms/adam.ts";
import { createTrainingStep } from "./algorithms/create-training-step.ts";
import type { LearnerConfig } from "./algorithms/learner-config.ts";
import type { TrainingStep } from "./algorithms/training-step.ts";
import { writeModel } from "./graph/onnx-writer.ts";
import type { Learner, Transition, UpdateMetrics } from "./learner.ts";
import { type GeneratorSpec, generatorSpec } from "./networks/generator.ts";
import { drawParameters, flatOf, type Layout, unpack, weightsOf } from "./networks/parameters.ts";
import { exportPolicy, type TrainingRecord } from "./policy/export-policy.ts";
import { policyGraph } from "./policy/policy-graph.ts";
import { type Decisions, decideAll } from "./policy/policy-session.ts";
import type { Problem } from "./problem.ts";
import { ReplayMemory } from "./replay/replay-memory.ts";
import { openSession } from "./runtime/session.ts";
import { TrainingBatch } from "./runtime/training-batch.ts";
import { TrainingRuntime } from "./runtime/training-runtime.ts";
import { AdaptiveSettings } from "./schedule/adaptive-settings.ts";
import { learningRateFactor } from "./schedule/learning-rate.ts";

export interface LearnerOptions {
  readonly problem: Problem;
  readonly config: LearnerConfig;
  readonly seed: number;
  /** Generator weights to start from; drawn where absent. */
  readonly start?: Weights;
}

interface Parts {
  readonly options: LearnerOptions;
  readonly step: TrainingStep;
  readonly runtime: TrainingRuntime;
  readonly policy: InferenceSession;
  readonly batch: TrainingBatch;
  readonly replay: ReplayMemory;
  readonly random: Random;
}

/** A learner whose training step and decisions run in ONNX Runtime. */
class OnnxLearner implements Learner {
  private readonly parts: Parts;
  private readonly layout: Layout;
  private remembered = 0;
  private updates = 0;
  private readonly settings: AdaptiveSettings;

  constructor(parts: Parts) {
    this.settings = new AdaptiveSettings(parts.options.config);
    this.parts = parts;
    this.layout = parts.step.networks.get("generator") ?? [];
  }

  remember({ observation, action, reward, nextObservation }: Transition): boolean {
    const { head, observationScale } = this.parts.options.problem;
    const entries = head.entriesOf(action);
    const usable = [observation, nextObservation].every(
      (o) => o.length === observationScale.length && o.every(Number.isFinite),
    );
    if (entries === undefined || !usable || !Number.isFinite(reward)) return false;
    this.parts.replay.add({ observation, entries, reward, nextObservation });
    this.remembered++;
    return true;
  }

  async update(): Promise<UpdateMetrics | undefined> {
    const { batch, replay, random, runtime, step, options } = this.parts;
    const { config } = options;
    if (replay.size < config.batchSize) return undefined;
    batch.fill(replay, random, this.rates());
    const metrics = await runtime.run();
    this.updates++;
    if (this.updates % config.targetEveryUpdates === 0) runtime.syncTarget();
    const named = step.metrics.map((name, i) => [name, metrics[i]] as const);
    const result = {
      update: this.updates,
      ...Object.fromEntries(named),
    } as unknown as UpdateMetrics;
    this.settings.follow(result);
    return result;
  }

  generatorWeights(): Weights {
    return weightsOf(this.layout, this.parts.runtime.parameters("generator").data as Float32Array);
  }

  loadGenerator(weights: Weights): void {
    this.parts.runtime.adopt("generator", flatOf(this.layout, weights));
  }

  exportPolicy(training: TrainingRecord): Uint8Array {
    const { problem, config } = this.parts.options;
    return exportPolicy(problem, config, this.generatorWeights(), training);
  }

  greedy(observations: readonly Float64Array[]): Promise<Decisions> {
    const { policy, runtime, options } = this.parts;
    const parameters = { generator: runtime.parameters("generator") };
    return decideAll(policy, options.problem.signature, observations, parameters);
  }

  explorationRate(slot: number): number {
    return this.settings.explorationRate(slot);
  }

  async close(): Promise<void> {
    await this.parts.runtime.close();
    await this.parts.policy.release();
  }

  /** Adam's step sizes of the next update, network after network as the step takes them. */
  private rates(): number[] {
    const { step, options } = this.parts;
    const { config, problem } = options;
    const episode = Math.floor(this.remembered / problem.transitionsPerEpisode);
    const discriminatorRate =
      config.discriminatorLearningRate * learningRateFactor(config.learningRateDecay, episode);
    return [...step.steps].flatMap(([network, count]) => {
      const rate =
        network === "generator" ? this.settings.learningRate(episode) : discriminatorRate;
      return Array.from({ length: count }, (_, i) =>
        adamRate(rate, this.updates * count + i + 1, config.adam),
      );
    });
  }
}

/** The policy graph with the generator's flat vector as a further input. */
function openPolicy(
  problem: Problem,
  spec: GeneratorSpec,
  layout: Layout,
  size: number,
): Promise<InferenceSession> {
  const graph = policyGraph(problem, spec, (within) =>
    unpack(layout, within.input("generator", [size])),
  );
  return openSession(writeModel(graph, "greedy"));
}

/** Draws every network's first parameters; the generator's come from `start` where given. */
function firstParameters(step: TrainingStep, random: Random, start: Weights | undefined) {
  return new Map(
    [...step.networks].map(([name, layout]) => {
      const drawn = drawParameters(layout, random);
      return [name, name === "generator" && start ? flatOf(layout, start) : drawn] as const;
    }),
  );
}

/**
 * A learner with its own replay memory, networks and ONNX Runtime sessions of one thread.
 *
 * @throws SlotwiseError WEIGHTS_INVALID when `start` does not fit the configuration
 */
export async function createLearner(options: LearnerOptions): Promise<Learner> {
  const { problem, config, seed, start } = options;
  const spec = generatorSpec(problem, config);
  const step = createTrainingStep(spec, config);
  const initial = firstParameters(step, createRandom(seed, 64), start);
  const rates = [...step.steps.values()].reduce((a, b) => a + b, 0);
  const batch = new TrainingBatch(spec, step.minibatches * config.batchSize, rates);
  const size = initial.get("generator")?.length ?? 0;
  const layout = step.networks.get("generator") ?? [];
  return new OnnxLearner({
    options,
    step,
    batch,
    runtime: await TrainingRuntime.open(step, initial, batch.tensors),
    policy: await openPolicy(problem, spec, layout, size),
    replay: new ReplayMemory(
      config.replayCapacity,
      spec.observationScale.length,
      spec.head.entriesPerAction,
      { kind: config.replayReplacement, random: createRandom(seed, 66) },
    ),
    random: createRandom(seed, 65),
  });
}
