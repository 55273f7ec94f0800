import type { InferenceSession } from "onnxruntime-node";
import { createRandom, type SeededRandom } from "../core/random.ts";
import type { Weights } from "../core/weights/tensor.ts";
import { adamRate } from "./algorithms/adam.ts";
import { createTrainingStep } from "./algorithms/create-training-step.ts";
import type { LearnerConfig } from "./algorithms/learner-config.ts";
import type { TrainingStep } from "./algorithms/training-step.ts";
import { writeModel } from "./graph/onnx-writer.ts";
import type { Transition, UpdateMetrics } from "./learner.ts";
import type { LearnerStackState } from "./learner-state.ts";
import { type GeneratorSpec, generatorSpec } from "./networks/generator.ts";
import { drawParameters, flatOf, type Layout, unpack, weightsOf } from "./networks/parameters.ts";
import { exportPolicy, type TrainingRecord } from "./policy/export-policy.ts";
import { stackedPolicyGraph } from "./policy/policy-graph.ts";
import { type Decisions, decideStack } from "./policy/policy-session.ts";
import type { Problem } from "./problem.ts";
import { ReplayMemory } from "./replay/replay-memory.ts";
import { openEngine } from "./runtime/open-engine.ts";
import { openSession } from "./runtime/session.ts";
import { TrainingBatch } from "./runtime/training-batch.ts";
import type { EngineName, TrainingEngine } from "./runtime/training-engine.ts";
import { AdaptiveSettings } from "./schedule/adaptive-settings.ts";
import { learningRateFactor } from "./schedule/learning-rate.ts";

/** One learner of a stack. */
export interface AgentOptions {
  readonly seed: number;
  /** Generator weights to start from; drawn where absent. */
  readonly start?: Weights;
}

export interface StackOptions {
  readonly problem: Problem;
  readonly config: LearnerConfig;
  readonly agents: readonly AgentOptions[];
  readonly engine?: EngineName;
}

/** What is one agent's alone. */
interface Agent {
  readonly replay: ReplayMemory;
  readonly replacement: SeededRandom;
  readonly random: SeededRandom;
  readonly settings: AdaptiveSettings;
  remembered: number;
}

interface Parts {
  readonly options: StackOptions;
  readonly step: TrainingStep;
  readonly engine: TrainingEngine;
  readonly policy: InferenceSession;
  readonly batch: TrainingBatch;
  readonly agents: readonly Agent[];
}

/**
 * Learners of equal shape that decide and update together, one run for all of them. They share
 * nothing else: each has its own parameters, replay memory and chance, and what one learns does not
 * depend on how many others there are.
 */
export class LearnerStack {
  private readonly parts: Parts;
  private readonly layout: Layout;
  private updates = 0;

  constructor(parts: Parts) {
    this.parts = parts;
    this.layout = parts.step.networks.get("generator") ?? [];
  }

  /** As `Learner.remember`, for one agent. */
  remember(agent: number, transition: Transition): boolean {
    const { observation, action, reward, nextObservation } = transition;
    const { head, observationScale } = this.parts.options.problem;
    const entries = head.entriesOf(action);
    const usable = [observation, nextObservation].every(
      (o) => o.length === observationScale.length && o.every(Number.isFinite),
    );
    if (entries === undefined || !usable || !Number.isFinite(reward)) return false;
    const own = this.agent(agent);
    own.replay.add({ observation, entries, reward, nextObservation });
    own.remembered++;
    return true;
  }

  /** One training step of every agent; undefined while one of them holds less than a minibatch. */
  async update(): Promise<UpdateMetrics[] | undefined> {
    const { agents, batch, engine, step, options } = this.parts;
    const { config } = options;
    if (agents.some(({ replay }) => replay.size < config.batchSize)) return undefined;
    for (const [a, { replay, random }] of agents.entries()) {
      batch.fill(a, replay, random, this.rates(a));
    }
    const metrics = await engine.run();
    this.updates++;
    if (this.updates % config.targetEveryUpdates === 0) engine.syncTarget();
    const columns = step.metrics.length;
    return agents.map(({ settings }, a) => {
      const named = step.metrics.map((name, i) => [name, metrics[a * columns + i]] as const);
      const result = {
        update: this.updates,
        ...Object.fromEntries(named),
      } as unknown as UpdateMetrics;
      settings.follow(result);
      return result;
    });
  }

  /** As `Learner.generatorWeights`, of one agent. */
  generatorWeights(agent: number): Weights {
    const { engine, agents } = this.parts;
    const flat = engine.parameters("generator");
    const size = flat.length / agents.length;
    return weightsOf(this.layout, flat.subarray(agent * size, (agent + 1) * size));
  }

  /** As `Learner.loadGenerator`, for one agent. */
  loadGenerator(agent: number, weights: Weights): void {
    this.parts.engine.adopt("generator", agent, flatOf(this.layout, weights));
  }

  exportPolicy(agent: number, training: TrainingRecord): Uint8Array {
    const { problem, config } = this.parts.options;
    return exportPolicy(problem, config, this.generatorWeights(agent), training);
  }

  /**
   * argmax Q of every observation, with the noise at its mean.
   *
   * @param observations [agents][n][size], as many for every agent
   * @returns one per agent
   */
  greedy(observations: readonly (readonly Float64Array[])[]): Promise<Decisions[]> {
    const { policy, engine, options } = this.parts;
    const { signature } = options.problem;
    return decideStack(policy, signature, observations, engine.parameters("generator"));
  }

  /** ε of an agent at a slot, or a sweep of the energy system. */
  explorationRate(agent: number, slot: number): number {
    return this.agent(agent).settings.explorationRate(slot);
  }

  /** Everything that later updates and decisions depend on. */
  state(): LearnerStackState {
    const { agents, engine } = this.parts;
    return {
      updates: this.updates,
      engine: engine.state(),
      agents: agents.map((agent) => ({
        remembered: agent.remembered,
        replay: agent.replay.state(),
        random: agent.random.state(),
        replacement: agent.replacement.state(),
        settings: agent.settings.state(),
      })),
    };
  }

  /** Goes on as the stack of the same options whose state it is. */
  restore(state: LearnerStackState): void {
    const { agents, engine } = this.parts;
    this.updates = state.updates;
    for (const [name, values] of engine.state()) {
      values.set(state.engine.get(name) as Float32Array);
    }
    for (const [a, agent] of agents.entries()) {
      const saved = state.agents[a] as LearnerStackState["agents"][number];
      agent.remembered = saved.remembered;
      agent.replay.restore(saved.replay);
      agent.random.restore(saved.random);
      agent.replacement.restore(saved.replacement);
      agent.settings.restore(saved.settings);
    }
  }

  async close(): Promise<void> {
    await this.parts.engine.close();
    await this.parts.policy.release();
  }

  private agent(index: number): Agent {
    const agent = this.parts.agents[index];
    if (agent === undefined) {
      throw new RangeError(
        `expected an agent below ${this.parts.agents.length}; received ${index}`,
      );
    }
    return agent;
  }

  /** An agent's step sizes of the next update, network after network as the step takes them. */
  private rates(agent: number): number[] {
    const { step, options } = this.parts;
    const { config, problem } = options;
    const { remembered, settings } = this.agent(agent);
    const episode = Math.floor(remembered / problem.transitionsPerEpisode);
    const discriminatorRate =
      config.discriminatorLearningRate * learningRateFactor(config.learningRateDecay, episode);
    return [...step.steps].flatMap(([network, count]) => {
      const rate = network === "generator" ? settings.learningRate(episode) : discriminatorRate;
      return Array.from({ length: count }, (_, i) =>
        adamRate(rate, this.updates * count + i + 1, config.adam),
      );
    });
  }
}

function createAgent(spec: GeneratorSpec, config: LearnerConfig, seed: number): Agent {
  const replacement = createRandom(seed, 66);
  return {
    replay: new ReplayMemory(
      config.replayCapacity,
      spec.observationScale.length,
      spec.head.entriesPerAction,
      { kind: config.replayReplacement, random: replacement },
    ),
    replacement,
    random: createRandom(seed, 65),
    settings: new AdaptiveSettings(config),
    remembered: 0,
  };
}

/** Every network's first parameters, agent after agent; a generator's are its `start` where given. */
function firstParameters(step: TrainingStep, agents: readonly AgentOptions[]) {
  const networks = [...step.networks];
  const drawn = agents.map(({ seed, start }) => {
    const random = createRandom(seed, 64);
    return networks.map(([name, layout]) => {
      const values = drawParameters(layout, random);
      return name === "generator" && start !== undefined ? flatOf(layout, start) : values;
    });
  });
  return new Map(
    networks.map(([name], n) => {
      const rows = drawn.map((values) => values[n] as Float32Array);
      const size = rows[0]?.length ?? 0;
      const stacked = new Float32Array(rows.length * size);
      for (const [a, row] of rows.entries()) stacked.set(row, a * size);
      return [name, stacked] as const;
    }),
  );
}

/**
 * @throws SlotwiseError WEIGHTS_INVALID when a `start` does not fit the configuration
 */
export async function createLearnerStack(options: StackOptions): Promise<LearnerStack> {
  const { problem, config, agents, engine = "onnx" } = options;
  const spec = generatorSpec(problem, config);
  const stepOptions = { spec, config, agents: agents.length, floatType: "float32" } as const;
  const step = createTrainingStep(stepOptions);
  const initial = firstParameters(step, agents);
  const rates = [...step.steps.values()].reduce((a, b) => a + b, 0);
  const rows = step.minibatches * config.batchSize;
  const batch = new TrainingBatch(spec, agents.length, rows, rates);
  const layout = step.networks.get("generator") ?? [];
  const size = (initial.get("generator")?.length ?? 0) / agents.length;
  const policy = stackedPolicyGraph(problem, spec, agents.length, (graph) =>
    unpack(layout, graph.input("generator", [agents.length, size])),
  );
  return new LearnerStack({
    options,
    step,
    batch,
    engine: await openEngine(engine, stepOptions, step, initial, batch.inputs),
    policy: await openSession(writeModel(policy, "greedy")),
    agents: agents.map(({ seed }) => createAgent(spec, config, seed)),
  });
}
