import { SlotwiseError } from "../../core/errors.ts";
import { type ActionSpace, createActionSpace } from "../../core/slicing/action-space.ts";
import type { SlicingScenario } from "../../core/slicing/scenario.ts";
import type { LearnerConfig } from "../algorithms/learner-config.ts";
import { createLearnerStack } from "../create-learner-stack.ts";
import type { UpdateMetrics } from "../learner.ts";
import type { LearnerStack } from "../learner-stack.ts";
import type { LearnerState } from "../learner-state.ts";
import { slicingProblem } from "../problems/slicing.ts";
import type { Provider } from "../runtime/provider.ts";
import type { EngineName } from "../runtime/training-engine.ts";
import { type EpisodeReport, EpisodeTally } from "./episode-tally.ts";
import { Replica } from "./replica.ts";
import type { Scheme } from "./schemes.ts";
import {
  exactForms,
  type FederationForms,
  type FederationState,
  SiteFederation,
} from "./site-federation.ts";

export interface SlicingTrainingOptions {
  readonly scenario: SlicingScenario;
  readonly config: LearnerConfig;
  readonly shared: Scheme["shared"];
  /** How weights travel; exactly unless said otherwise. */
  readonly federation?: FederationForms;
  /** One site each; sites learn side by side and never meet. */
  readonly seeds: readonly number[];
  /** Slots between two updates of every learner. */
  readonly updateEverySlots: number;
  readonly engine?: EngineName;
  /** Where the onnx engine updates; the CPU unless said otherwise. */
  readonly provider?: Provider;
}

/** Everything that the episodes to come of one seed's site depend on, besides the options. */
export interface SiteState {
  readonly episodes: number;
  /** One per access point. */
  readonly learners: readonly LearnerState[];
  /** How each access point explores. */
  readonly exploration: readonly (readonly number[])[];
  readonly federation: FederationState;
}

/** A squared temporal difference beyond this is no longer learning: rewards are below 2. */
const largestTdLoss = 1e6;

/** Seeds of the learners of neighbouring access points lie so far apart. */
const seedStride = 1000;

/**
 * Algorithm 1 of the paper for several seeds in one process: at every access point learn in every
 * slot, or every few, and average after every episode.
 */
export class SlicingTraining {
  private readonly options: SlicingTrainingOptions;
  private readonly stack: LearnerStack;
  private readonly replicas: readonly Replica[];
  private readonly federations: readonly SiteFederation[];
  private done = 0;

  private constructor(options: SlicingTrainingOptions, stack: LearnerStack, space: ActionSpace) {
    this.options = options;
    this.stack = stack;
    const { scenario, seeds, shared, federation = exactForms } = options;
    this.replicas = seeds.map((seed) => new Replica(scenario, space, seed));
    this.federations = seeds.map(() => new SiteFederation(shared, federation));
  }

  /** A site's learners start from the generator of its first one. */
  static async open(options: SlicingTrainingOptions): Promise<SlicingTraining> {
    const { scenario, config, seeds, engine = "onnx", provider = "cpu" } = options;
    const accessPoints = Array.from({ length: scenario.accessPoints }, (_, b) => b);
    const agents = seeds.flatMap((seed) =>
      accessPoints.map((b) => ({ seed: seed + seedStride * b })),
    );
    const problem = slicingProblem(scenario, config);
    const stack = await createLearnerStack({ problem, config, agents, engine, provider });
    const training = new SlicingTraining(options, stack, createActionSpace(scenario));
    for (const [site] of seeds.entries()) {
      const [first = 0, ...others] = training.agentsOf(site);
      const weights = stack.generatorWeights(first);
      for (const agent of others) stack.loadGenerator(agent, weights);
    }
    return training;
  }

  /** Episodes done. */
  get episodes(): number {
    return this.done;
  }

  /** The learners: access point after access point, seed after seed. */
  get learners(): LearnerStack {
    return this.stack;
  }

  /** The agents of one seed's site, by its place in `seeds`. */
  agentsOf(site: number): number[] {
    const { accessPoints } = this.options.scenario;
    return Array.from({ length: accessPoints }, (_, b) => site * accessPoints + b);
  }

  /**
   * One episode of every site.
   *
   * @throws SlotwiseError LEARNING_DIVERGED when a loss is not finite or out of all proportion
   */
  async runEpisode(): Promise<EpisodeReport[]> {
    const { episodeSlots } = this.options.scenario;
    const tallies = this.replicas.map(() => new EpisodeTally());
    for (const replica of this.replicas) replica.startEpisode(this.done);
    for (let t = 0; t < episodeSlots; t++) {
      await this.runSlot(this.done * episodeSlots + t, tallies);
    }
    for (const [site, federation] of this.federations.entries()) {
      const bytes = federation.round(this.stack, this.agentsOf(site));
      if (bytes !== undefined) tallies[site]?.addRound(bytes);
    }
    this.done++;
    return this.replicas.map(({ seed }, site) => {
      const [agent = 0] = this.agentsOf(site);
      const epsilon = this.stack.explorationRate(agent, this.done * episodeSlots);
      return (tallies[site] as EpisodeTally).report(seed, this.done, epsilon);
    });
  }

  /** Of one seed's site, by its place in `seeds`. */
  state(site: number): SiteState {
    return {
      episodes: this.done,
      learners: this.agentsOf(site).map((agent) => this.stack.state(agent)),
      exploration: (this.replicas[site] as Replica).state(),
      federation: (this.federations[site] as SiteFederation).state,
    };
  }

  /**
   * Goes on, bit by bit the same, as sites of the same options that had come to these states, in
   * whatever company: one state per seed, all after as many episodes.
   */
  restore(states: readonly SiteState[]): void {
    for (const [site, { episodes, learners, exploration, federation }] of states.entries()) {
      this.done = episodes;
      (this.replicas[site] as Replica).restore(exploration);
      (this.federations[site] as SiteFederation).restore(federation);
      for (const [b, agent] of this.agentsOf(site).entries()) {
        this.stack.restore(agent, learners[b] as LearnerState);
      }
    }
  }

  close(): Promise<void> {
    return this.stack.close();
  }

  private async runSlot(slot: number, tallies: readonly EpisodeTally[]): Promise<void> {
    const allocations = await this.decide(slot);
    for (const [site, replica] of this.replicas.entries()) {
      const agents = this.agentsOf(site);
      const actions = agents.map((agent) => allocations[agent] as Float64Array);
      const before = replica.observations;
      const outcomes = replica.step(actions);
      const rewards = replica.rewards(outcomes);
      tallies[site]?.addSlot(outcomes, rewards);
      for (const [b, agent] of agents.entries()) {
        this.stack.remember(agent, {
          observation: before[b] as Float64Array,
          action: actions[b] as Float64Array,
          reward: rewards[b] as number,
          nextObservation: replica.observations[b] as Float64Array,
        });
      }
    }
    if ((slot + 1) % this.options.updateEverySlots === 0) await this.update(tallies);
  }

  /** A uniform joint action with probability ε, else the greedy one, for every agent. */
  private async decide(slot: number): Promise<Float64Array[]> {
    const observations = this.replicas.flatMap((replica) => replica.observations);
    const greedy = await this.stack.greedy(observations.map((observation) => [observation]));
    return this.replicas.flatMap((replica, site) =>
      this.agentsOf(site).map((agent, b) => {
        const explored = replica.explore(b, this.stack.explorationRate(agent, slot));
        return explored ?? (greedy[agent]?.actions[0] as Float64Array);
      }),
    );
  }

  private async update(tallies: readonly EpisodeTally[]): Promise<void> {
    const metrics = await this.stack.update();
    if (metrics === undefined) return;
    for (const [site, tally] of tallies.entries()) {
      for (const agent of this.agentsOf(site)) {
        const own = metrics[agent] as UpdateMetrics;
        if (!(own.tdLoss <= largestTdLoss)) this.refuse(site, own);
        tally.addUpdate(own);
      }
    }
  }

  private refuse(site: number, { tdLoss, update }: UpdateMetrics): never {
    throw new SlotwiseError("LEARNING_DIVERGED", {
      expected: `a mean ½ξ² of at most ${largestTdLoss}`,
      received: `${tdLoss} in update ${update}, episode ${this.done + 1}, seed ${this.options.seeds[site]}`,
      consequence: `what was learned by episode ${this.done} is the last to be trusted`,
    });
  }
}
