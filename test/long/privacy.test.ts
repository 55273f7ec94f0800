import { describe, expect, it } from "vitest";
import { PrivacyLedger } from "../../cloud/aggregator/privacy-ledger.ts";
import type { RoundRules } from "../../cloud/aggregator/round.ts";
import { epsilonOf, gaussianRho } from "../../core/privacy/gaussian-accountant.ts";
import { createRandom } from "../../core/random.ts";
import { type Interval, meanInterval } from "../../learning/experiment/statistics/interval.ts";
import { runPoisoned } from "../integration/poisoned-federation.ts";

const rules: RoundRules = {
  quorum: 10,
  deadlineMs: 1000,
  rounds: { mode: "synchronous" },
  maxAgents: 16,
  maxSamples: 1000,
  maxChange: 10,
  aggregation: { rule: "fed-avg", clipNorm: null },
  encodings: ["float32"],
};
const agents = 10;
const rounds = 50;
const clipNorm = 0.1;
const delta = 1e-5;
const seeds = [1, 101, 201, 301];
/** Noise in every value of a mean, in clip norms: z / n. */
const deviations = [0, 0.001, 0.01, 0.03, 0.1];
const fleets = [10, 100, 1000];

/** @param rounds 0: what the agents begin with */
async function rewardAfter(rounds: number, deviation: number, seed: number): Promise<number> {
  const noiseMultiplier = deviation * agents;
  const privacy = { clipNorm, noiseMultiplier, delta, maxEpsilon: null };
  const ledger = new PrivacyLedger(privacy, 0, createRandom(seed, 7));
  const noised = deviation > 0 && { ledger };
  const run = await runPoisoned({ rules, poisons: [], rounds, slotsPerRound: 20, seed, ...noised });
  return run.reward;
}

async function rewardsAfter(rounds: number, deviation: number): Promise<Interval> {
  const rewards: number[] = [];
  for (const seed of seeds) rewards.push(await rewardAfter(rounds, deviation, seed));
  return meanInterval(rewards) as Interval;
}

const shown = ({ mean, high }: Interval) => `${mean.toFixed(3)} ± ${(high - mean).toFixed(3)}`;

const epsilonFor = (deviation: number, fleet: number) =>
  deviation === 0
    ? Number.POSITIVE_INFINITY
    : epsilonOf(rounds * gaussianRho(deviation * fleet), delta);

describe("what privacy costs ten learning agents in fifty rounds", () => {
  it("is little where the noise is small and nearly all they learned where it is large", async () => {
    const start = await rewardsAfter(0, 0);
    process.stdout.write(`before learning: ${shown(start)}\n`);
    const means: number[] = [];
    for (const deviation of deviations) {
      const reward = await rewardsAfter(rounds, deviation);
      means.push(reward.mean);
      const epsilons = fleets.map((fleet) => epsilonFor(deviation, fleet).toPrecision(3));
      process.stdout.write(`| ${[deviation, shown(reward), ...epsilons].join(" | ")} |\n`);
    }
    const [plain, least] = means as [number, number];
    expect(least).toBeGreaterThan(0.85 * plain);
    expect(means.at(-1)).toBeLessThan(0.8 * plain);
  });
});
