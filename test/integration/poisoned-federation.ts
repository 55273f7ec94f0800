import type { PrivacyLedger } from "../../cloud/aggregator/privacy-ledger.ts";
import { type RoundRules, Rounds, type Screening } from "../../cloud/aggregator/round.ts";
import { createRandom, type Random } from "../../core/random.ts";
import { allocationOf, createActionSpace } from "../../core/slicing/action-space.ts";
import type { AccessPointSlot } from "../../core/slicing/demand/demand.ts";
import { accessPointOutcome } from "../../core/slicing/outcome.ts";
import { reward } from "../../core/slicing/reward.ts";
import { paperScenario } from "../../core/slicing/scenario.ts";
import { SlicingSimulation } from "../../core/slicing/simulation.ts";
import { distance } from "../../core/weights/norm.ts";
import type { Weights } from "../../core/weights/tensor.ts";
import { createLearner } from "../../learning/create-learner.ts";
import type { Learner } from "../../learning/learner.ts";
import { edgeLearnerSchema } from "../../learning/presets.ts";
import { slicingProblem } from "../../learning/problems/slicing.ts";
import { sampleUpdate } from "../fixtures/messages.ts";
import type { Poison } from "../fixtures/poisons.ts";

const scenario = { ...paperScenario, accessPoints: 1, episodeSlots: 1 };
const config = edgeLearnerSchema.parse({
  algorithm: "d3qn",
  width: 32,
  generatorLearningRate: 2e-3,
  exploration: { decaySlots: 200 },
});
const problem = slicingProblem(scenario, config);
const space = createActionSpace(scenario);
const agentCount = 10;

const rewardOf = (slot: AccessPointSlot, allocation: Float64Array) =>
  reward(scenario, accessPointOutcome(scenario, slot.users, allocation), "ms");

/** An honest agent: a learner with drawn demand of its own. */
class Site {
  readonly learner: Learner;
  private readonly random: Random;
  private readonly simulation: SlicingSimulation;
  private slots = 0;

  constructor(learner: Learner, seed: number) {
    this.learner = learner;
    this.random = createRandom(seed, 1);
    this.simulation = new SlicingSimulation(scenario, seed);
  }

  async learn(slots: number): Promise<void> {
    for (let t = 0; t < slots; t++) {
      const slot = this.simulation.next()[0] as AccessPointSlot;
      const { observation } = slot;
      const action = await this.act(observation);
      const next = this.simulation.next()[0]?.observation as Float64Array;
      const transition = { observation, action, nextObservation: next };
      this.learner.remember({ ...transition, reward: rewardOf(slot, action) });
      await this.learner.update();
    }
  }

  private async act(observation: Float64Array): Promise<Float64Array> {
    if (this.random.uniform() < this.learner.explorationRate(this.slots++)) {
      return allocationOf(space, this.random.integer(space.size));
    }
    return (await this.learner.greedy([observation])).actions[0] as Float64Array;
  }
}

export interface PoisonedRun {
  /** Mean reward of the last global model on drawn slots. */
  readonly reward: number;
  /** Of every round: how far the poisoned updates moved the model, over the honest mean's change. */
  readonly shifts: readonly number[];
  readonly refusals: readonly Screening[];
}

export interface PoisonedOptions {
  readonly rules: RoundRules;
  readonly poisons: readonly Poison[];
  readonly rounds: number;
  readonly slotsPerRound: number;
  /** Makes the global models private. */
  readonly ledger?: PrivacyLedger;
  /** Of the first honest agent; the others count up from it. */
  readonly seed?: number;
}

/** Ten learners over the aggregator's rounds; the last of them are attackers that send `poisons`. */
export async function runPoisoned(options: PoisonedOptions): Promise<PoisonedRun> {
  const { rules, poisons, rounds, slotsPerRound, ledger, seed: firstSeed = 1 } = options;
  const sites: Site[] = [];
  const honestCount = agentCount - poisons.length;
  for (let seed = firstSeed; seed < firstSeed + honestCount; seed++) {
    const start = sites[0] && { start: sites[0].learner.generatorWeights() };
    sites.push(new Site(await createLearner({ problem, config, seed, ...start }), seed));
  }
  const first = sites[0] as Site;
  let base = first.learner.generatorWeights();
  const latest = { round: 1, globalVersion: 1, global: base, contributors: [] };
  const state = new Rounds(rules, { federation: "f", round: 1, latest }, undefined, ledger);
  const shifts: number[] = [];
  const refusals: Screening[] = [];
  for (let r = 0; r < rounds; r++) {
    for (const site of sites) await site.learn(slotsPerRound);
    const honest = sites.map(({ learner }) => learner.generatorWeights());
    const sent = [...honest, ...poisons.map((poison) => poison(honest, base))];
    const clean = closeRound(new Rounds(rules, historyAt(base)), honest, refusals);
    const global = closeRound(state, sent, refusals);
    shifts.push(distance(global, clean) / distance(clean, base));
    base = global;
    for (const { learner } of sites) learner.loadGenerator(global);
  }
  const result = await evaluate(first.learner);
  for (const { learner } of sites) await learner.close();
  return { reward: result, shifts, refusals };
}

const historyAt = (global: Weights) => ({
  federation: "f",
  round: 1,
  latest: { round: 1, globalVersion: 1, global, contributors: [] },
});

function closeRound(rounds: Rounds, sent: readonly Weights[], refusals: Screening[]): Weights {
  const { round, baseVersion } = rounds.open(0);
  const own = { ...sampleUpdate, federation: "f", round, baseVersion, samples: 20 };
  for (const [b, weights] of sent.entries()) {
    const refusal = rounds.offer({ ...own, agent: `ap-${b}` }, weights);
    if (refusal !== undefined) refusals.push(refusal);
  }
  const closed = rounds.step(Number.POSITIVE_INFINITY, []);
  if (typeof closed === "string") throw new Error(`the round is ${closed}`);
  return closed.global;
}

async function evaluate(learner: Learner): Promise<number> {
  const simulation = new SlicingSimulation(scenario, 4711);
  const slots = Array.from({ length: 500 }, () => simulation.next()[0] as AccessPointSlot);
  const { actions } = await learner.greedy(slots.map(({ observation }) => observation));
  const total = slots.reduce((sum, s, i) => sum + rewardOf(s, actions[i] as Float64Array), 0);
  return total / slots.length;
}
