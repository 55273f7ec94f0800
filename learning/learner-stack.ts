import type { InferenceSession } from "onnxruntime-node";
import type { SeededRandom } from "../core/random.ts";
import type { Weights } from "../core/weights/tensor.ts";
import { adamRate } from "./algorithms/adam.ts";
import type { LearnerConfig } from "./algorithms/learner-config.ts";
import type { TrainingStep } from "./algorithms/training-step.ts";
import { elementCount } from "./graph/shape.ts";
import type { Learner, Transition, UpdateMetrics } from "./learner.ts";
import type { LearnerState } from "./learner-state.ts";
import { checkWeights, type Layout, stackedParts } from "./networks/parameters.ts";
import { exportPolicy, type TrainingRecord } from "./policy/export-policy.ts";
import { type Decisions, decideStack } from "./policy/policy-session.ts";
import type { Problem } from "./problem.ts";
import type { ReplayMemory } from "./replay/replay-memory.ts";
import type { TrainingBatch } from "./runtime/training-batch.ts";
import type { TrainingEngine } from "./runtime/training-engine.ts";
import type { AdaptiveSettings } from "./schedule/adaptive-settings.ts";
import { learningRateFactor } from "./schedule/learning-rate.ts";

export interface StackOptions {
  readonly problem: Problem;
  readonly config: LearnerConfig;
}

/** What is one agent's alone. */
export interface Agent {
  readonly replay: ReplayMemory;
  readonly replacement: SeededRandom;
  readonly random: SeededRandom;
  readonly settings: AdaptiveSettings;
  remembered: number;
}

/** Agents that update in one run. */
interface Group {
  readonly engine: TrainingEngine;
  readonly batch: TrainingBatch;
  readonly agents: readonly Agent[];
}

interface Parts {
  readonly options: StackOptions;
  readonly step: TrainingStep;
  readonly groups: readonly Group[];
  readonly policy: InferenceSession;
  /** Releases the engines. */
  readonly close: () => Promise<void>;
}

/**
 * Learners of equal shape that decide and update together, in as few runs as is fast. They share
 * nothing else: each has its own parameters, replay memory and chance, and what one learns does not
 * depend on how many others there are.
 */
export class LearnerStack {
  private readonly parts: Parts;
  private readonly layout: Layout;
  private readonly agents: readonly Agent[];
  private updates = 0;

  constructor(parts: Parts) {
    this.parts = parts;
    this.layout = parts.step.networks.get("generator") ?? [];
    this.agents = parts.groups.flatMap(({ agents }) => agents);
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
    const { groups, options } = this.parts;
    const { batchSize, targetEveryUpdates } = options.config;
    if (this.agents.some(({ replay }) => replay.size < batchSize)) return undefined;
    this.updates++;
    const metrics: UpdateMetrics[] = [];
    for (const group of groups) {
      metrics.push(...(await this.updateGroup(group)));
      if (this.updates % targetEveryUpdates === 0) group.engine.syncTarget();
    }
    return metrics;
  }

  /** As `Learner.generatorWeights`, of one agent. */
  generatorWeights(agent: number): Weights {
    const { engine, row } = this.place(agent);
    const tensors = engine.parameters("generator");
    return new Map(
      this.layout.map(({ name, shape }) => {
        const size = elementCount(shape);
        const data = tensors.get(name)?.data.slice(row * size, (row + 1) * size);
        return [name, { shape, data: data ?? new Float32Array() }] as const;
      }),
    );
  }

  /** As `Learner.loadGenerator`, for one agent. */
  loadGenerator(agent: number, weights: Weights): void {
    checkWeights(this.layout, weights);
    const { engine, row } = this.place(agent);
    for (const tensors of [engine.parameters("generator"), engine.anchor?.()]) {
      for (const [name, { data }] of weights) {
        tensors?.get(name)?.data.set(data, row * data.length);
      }
    }
  }

  /** Updates of every agent so far. */
  get updateCount(): number {
    return this.updates;
  }

  /** One agent as a learner that decides; those of its run decide with it, no others. */
  of(agent: number): Pick<Learner, "greedy"> {
    const { group, row } = this.place(agent);
    return {
      greedy: async (observations) => {
        const seen = group.agents.map(() => observations);
        return (await this.decide(group, seen))[row] as Decisions;
      },
    };
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
  async greedy(observations: readonly (readonly Float64Array[])[]): Promise<Decisions[]> {
    const decisions: Decisions[] = [];
    for (const group of this.parts.groups) {
      const seen = observations.slice(decisions.length, decisions.length + group.agents.length);
      decisions.push(...(await this.decide(group, seen)));
    }
    return decisions;
  }

  /** ε of an agent at a slot, or a sweep of the energy system. */
  explorationRate(agent: number, slot: number): number {
    return this.agent(agent).settings.explorationRate(slot);
  }

  /** Everything that an agent's later updates and decisions depend on. */
  state(agent: number): LearnerState {
    const { replay, random, replacement, settings, remembered } = this.agent(agent);
    const { engine, row } = this.place(agent);
    const networks = [...engine.state()].map(([name, stacked]) => {
      const own = new Float32Array(stacked.length / this.parts.step.agents);
      for (const [from, to] of this.partsOf(name, row, stacked, own)) to.set(from);
      return [name, own] as const;
    });
    return {
      updates: this.updates,
      remembered,
      networks: new Map(networks),
      replay: replay.state(),
      random: random.state(),
      replacement: replacement.state(),
      settings: settings.state(),
    };
  }

  /** An agent goes on as one of the same options whose state it is; all must have as many updates. */
  restore(agent: number, state: LearnerState): void {
    const own = this.agent(agent);
    const { engine, row } = this.place(agent);
    for (const [name, stacked] of engine.state()) {
      const saved = state.networks.get(name) as Float32Array;
      for (const [to, from] of this.partsOf(name, row, stacked, saved)) to.set(from);
    }
    this.updates = state.updates;
    own.remembered = state.remembered;
    own.replay.restore(state.replay);
    own.random.restore(state.random);
    own.replacement.restore(state.replacement);
    own.settings.restore(state.settings);
  }

  async close(): Promise<void> {
    await this.parts.close();
    await this.parts.policy.release();
  }

  private decide(
    { engine }: Group,
    observations: readonly (readonly Float64Array[])[],
  ): Promise<Decisions[]> {
    const { policy, options } = this.parts;
    const generator = engine.parameters("generator");
    return decideStack(policy, options.problem.signature, observations, generator);
  }

  private async updateGroup({ engine, batch, agents }: Group): Promise<UpdateMetrics[]> {
    const { step } = this.parts;
    for (const [row, { replay, random }] of agents.entries()) batch.fill(row, replay, random);
    batch.setRates(this.rates(agents[0] as Agent));
    const metrics = await engine.run();
    const columns = step.metrics.length;
    return agents.map(({ settings }, row) => {
      const named = step.metrics.map((name, i) => [name, metrics[row * columns + i]] as const);
      const result = {
        update: this.updates,
        ...Object.fromEntries(named),
      } as unknown as UpdateMetrics;
      settings.follow(result);
      return result;
    });
  }

  /** The parts of a vector of the engine's state, such as `generator.firstMoment`, by tensor. */
  private partsOf(name: string, row: number, stacked: Float32Array, own: Float32Array) {
    const { step } = this.parts;
    const [network = ""] = name.split(".");
    const layout = step.networks.get(network) ?? this.layout;
    return stackedParts(layout, step.agents, row, stacked, own);
  }

  private agent(index: number): Agent {
    const agent = this.agents[index];
    if (agent === undefined) {
      throw new RangeError(`expected an agent below ${this.agents.length}; received ${index}`);
    }
    return agent;
  }

  /** Where an agent is: its run, and its row of that run's tensors. */
  private place(agent: number): { group: Group; engine: TrainingEngine; row: number } {
    this.agent(agent);
    const { groups } = this.parts;
    const size = this.agents.length / groups.length;
    const group = groups[Math.floor(agent / size)] as Group;
    return { group, engine: group.engine, row: agent % size };
  }

  /** Step sizes of the update under way, network after network as the step takes them. */
  private rates({ remembered, settings }: Agent): number[] {
    const { step, options } = this.parts;
    const { config, problem } = options;
    const episode = Math.floor(remembered / problem.transitionsPerEpisode);
    const discriminatorRate =
      config.discriminatorLearningRate * learningRateFactor(config.learningRateDecay, episode);
    return [...step.steps].flatMap(([network, count]) => {
      const rate = network === "generator" ? settings.learningRate(episode) : discriminatorRate;
      return Array.from({ length: count }, (_, i) =>
        adamRate(rate, (this.updates - 1) * count + i + 1, config.adam),
      );
    });
  }
}
