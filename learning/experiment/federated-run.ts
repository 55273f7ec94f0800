import { createRandom, type Random } from "../../core/random.ts";
import {
  type ActionSpace,
  allocationOf,
  createActionSpace,
} from "../../core/slicing/action-space.ts";
import { accessPointOutcome, systemOutcome } from "../../core/slicing/outcome.ts";
import { reward } from "../../core/slicing/reward.ts";
import type { SlicingScenario } from "../../core/slicing/scenario.ts";
import { type AccessPointSlot, SlicingSimulation } from "../../core/slicing/simulation.ts";
import { averageWeights } from "../../core/weights/fed-avg.ts";
import type { LearnerConfig } from "../algorithms/learner-config.ts";
import { createLearner } from "../create-learner.ts";
import type { Learner } from "../learner.ts";
import { slicingProblem } from "../problems/slicing.ts";

export interface FederatedRunOptions {
  readonly scenario: SlicingScenario;
  readonly config: LearnerConfig;
  readonly episodes: number;
  readonly seed: number;
  /** Ends the run after the slot under way. */
  readonly signal?: AbortSignal;
  readonly onEpisode?: (report: EpisodeReport) => void;
}

export interface EpisodeReport {
  readonly episode: number;
  /** Mean of the rewards learned from, exploration included. */
  readonly meanReward: number;
  /** Mean ½ξ² of the updates; NaN while there were none. */
  readonly meanTdLoss: number;
  readonly updates: number;
}

export interface FederatedRun {
  /** Holds the last global model; the caller closes it. */
  readonly learner: Learner;
  readonly episodes: number;
  readonly updates: number;
}

/** One access point: its learner, its chance, and what it saw last. */
interface Site {
  readonly learner: Learner;
  readonly random: Random;
}

/** A uniform joint action with probability ε, else the greedy one. */
async function explore(
  { learner, random }: Site,
  space: ActionSpace,
  observation: Float64Array,
  slot: number,
): Promise<Float64Array> {
  if (random.uniform() < learner.explorationRate(slot)) {
    return allocationOf(space, random.integer(space.size));
  }
  const { actions } = await learner.greedy([observation]);
  return actions[0] as Float64Array;
}

/** Rewards of the access points: each its own, or the system's for all (A7). */
function rewardsOf(
  scenario: SlicingScenario,
  slots: readonly AccessPointSlot[],
  allocations: readonly Float64Array[],
): number[] {
  const { scope, delayUnit } = scenario.reward;
  const outcomes = slots.map(({ users }, b) =>
    accessPointOutcome(scenario, users, allocations[b] as Float64Array),
  );
  const system = systemOutcome(outcomes);
  return outcomes.map((outcome) =>
    reward(scenario, scope === "system" ? system : outcome, delayUnit),
  );
}

/** Equations (17) and (18): every site goes on from the mean of all. */
function federate(sites: readonly Site[]): void {
  const updates = sites.map(({ learner }) => ({ weights: learner.generatorWeights(), samples: 1 }));
  const global = averageWeights(updates);
  for (const { learner } of sites) learner.loadGenerator(global);
}

/** One learner per access point, all starting from the first one's generator. */
async function createSites({ scenario, config, seed }: FederatedRunOptions): Promise<Site[]> {
  const sites: Site[] = [];
  for (let b = 0; b < scenario.accessPoints; b++) {
    const start = sites[0]?.learner.generatorWeights();
    const problem = slicingProblem(scenario, config);
    const options = { problem, config, seed: seed + 1000 * b };
    const learner = await createLearner(start === undefined ? options : { ...options, start });
    sites.push({ learner, random: createRandom(seed, 128 + b) });
  }
  return sites;
}

/** Algorithm 1 of the paper in one process: learn in every slot, average after every episode. */
export async function runFederated(options: FederatedRunOptions): Promise<FederatedRun> {
  const { scenario, episodes, seed, signal } = options;
  const sites = await createSites(options);
  const space = createActionSpace(scenario);
  const simulation = new SlicingSimulation(scenario, seed);
  let current = simulation.next();
  let slot = 0;
  let updates = 0;
  let episode = 0;

  const runSlot = async (tally: { reward: number; tdLoss: number; updates: number }) => {
    const allocations: Float64Array[] = [];
    for (const [b, site] of sites.entries()) {
      const { observation } = current[b] as AccessPointSlot;
      allocations.push(await explore(site, space, observation, slot));
    }
    const rewards = rewardsOf(scenario, current, allocations);
    const next = simulation.next();
    for (const [b, { learner }] of sites.entries()) {
      const reward = rewards[b] as number;
      learner.remember({
        observation: (current[b] as AccessPointSlot).observation,
        action: allocations[b] as Float64Array,
        reward,
        nextObservation: (next[b] as AccessPointSlot).observation,
      });
      const metrics = await learner.update();
      tally.reward += reward / sites.length;
      tally.tdLoss += metrics?.tdLoss ?? 0;
      tally.updates += metrics === undefined ? 0 : 1;
    }
    current = next;
    slot++;
  };

  while (episode < episodes && !signal?.aborted) {
    const tally = { reward: 0, tdLoss: 0, updates: 0 };
    for (let t = 0; t < scenario.episodeSlots && !signal?.aborted; t++) await runSlot(tally);
    federate(sites);
    episode++;
    updates += tally.updates;
    options.onEpisode?.({
      episode,
      meanReward: tally.reward / scenario.episodeSlots,
      meanTdLoss: tally.tdLoss / tally.updates,
      updates: tally.updates,
    });
  }
  for (const { learner } of sites.slice(1)) await learner.close();
  return { learner: (sites[0] as Site).learner, episodes: episode, updates };
}
