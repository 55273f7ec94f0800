import type { Study } from "./study.ts";

const rewards = {
  "ms, system": { delayUnit: "ms", scope: "system" },
  "ms, local": { delayUnit: "ms", scope: "local" },
  "slot, system": { delayUnit: "slot", scope: "system" },
  "slot, local": { delayUnit: "slot", scope: "local" },
} as const;

/** A4 and A7: the unit of L in the reward, and whose reward is learned from. */
const assumptions: Study = {
  figure: 7,
  title: "unit and scope of the reward (A4, A7)",
  variations: Object.entries(rewards).flatMap(([name, reward]) => [
    { name: `GAN: ${name}`, scheme: "fed-d3qn-gan" as const, scenario: { reward } },
    { name: `no GAN: ${name}`, scheme: "fed-d3qn" as const, scenario: { reward } },
  ]),
  seeds: ({ studySeeds }) => studySeeds,
};

/** Why the adversarial term slows learning: each part of it, changed alone. */
const adversary: Study = {
  figure: 8,
  title: "parts of the adversarial term",
  variations: [
    { name: "no GAN", scheme: "fed-d3qn" },
    { name: "GAN", scheme: "fed-d3qn-gan" },
    { name: "weight 0.1", scheme: "fed-d3qn-gan", learner: { adversarialWeight: 0.1 } },
    { name: "weight 0", scheme: "fed-d3qn-gan", learner: { adversarialWeight: 0 } },
    { name: "spread only", scheme: "fed-d3qn-gan", learner: { adversarialReach: "spread" } },
    { name: "5 critic steps", scheme: "fed-d3qn-gan", learner: { criticSteps: 5 } },
    { name: "λ = 1", scheme: "fed-d3qn-gan", learner: { gradientPenalty: 1 } },
    { name: "5 particles", scheme: "fed-d3qn-gan", learner: { particles: 5 } },
    { name: "γ = 0", scheme: "fed-d3qn-gan", learner: { discount: 0 } },
  ],
  seeds: ({ studySeeds }) => studySeeds,
};

/** Beyond the paper: what the structure of the problem allows. */
const beyond: Study = {
  figure: 9,
  title: "beyond the paper",
  variations: [
    { name: "FedD3QN", scheme: "fed-d3qn" },
    { name: "γ = 0", scheme: "fed-d3qn", learner: { discount: 0 } },
    { name: "slice head", scheme: "fed-d3qn", learner: { head: "slice" } },
    { name: "slice, γ = 0", scheme: "fed-d3qn", learner: { head: "slice", discount: 0 } },
    {
      name: "slice, γ = 0, personal",
      scheme: "fed-d3qn-personal",
      learner: { head: "slice", discount: 0 },
    },
    {
      name: "slice, γ = 0, FedProx",
      scheme: "fed-d3qn",
      learner: { head: "slice", discount: 0, proximalWeight: 0.01 },
    },
    {
      name: "slice, γ = 0, ε to 0.1",
      scheme: "fed-d3qn",
      learner: { head: "slice", discount: 0, exploration: { final: 0.1 } },
    },
    {
      name: "slice, γ = 0, slot reward",
      scheme: "fed-d3qn",
      learner: { head: "slice", discount: 0 },
      scenario: { reward: rewards["slot, local"] },
    },
  ],
  seeds: ({ seeds }) => seeds,
};

const openEnds = {
  moving: { mobility: { model: "gauss-markov" } },
  interfering: { interference: { activity: 0.1 } },
  queueing: { arrivals: { model: "bursty" } },
} as const;

/** What the paper leaves open: users that move, cells that interfere, tasks that queue. */
const openEndsStudy: Study = {
  figure: 10,
  title: "moving users, interfering cells, queued tasks",
  variations: Object.entries(openEnds).flatMap(([name, scenario]) => [
    { name: `${name}: GAN`, scheme: "fed-d3qn-gan" as const, scenario },
    { name: `${name}: no GAN`, scheme: "fed-d3qn" as const, scenario },
    {
      name: `${name}: slice, γ = 0`,
      scheme: "fed-d3qn" as const,
      scenario,
      learner: { head: "slice", discount: 0 } as const,
    },
    {
      name: `${name}: slice, γ = 0.8`,
      scheme: "fed-d3qn" as const,
      scenario,
      learner: { head: "slice" } as const,
    },
  ]),
  seeds: ({ studySeeds }) => studySeeds,
};

export const studies: readonly Study[] = [assumptions, adversary, beyond, openEndsStudy];
