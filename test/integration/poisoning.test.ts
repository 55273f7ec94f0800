import { describe, expect, it } from "vitest";
import type { RoundRules } from "../../cloud/aggregator/round.ts";
import { crudePoisons, subtlePoisons } from "../fixtures/poisons.ts";
import { runPoisoned } from "./poisoned-federation.ts";

const rulesWith = (aggregation: RoundRules["aggregation"]): RoundRules => ({
  quorum: 7,
  deadlineMs: 1000,
  rounds: { mode: "synchronous" },
  maxAgents: 16,
  maxSamples: 1000,
  maxChange: 10,
  aggregation,
  encodings: ["float32"],
});

const fedAvg = rulesWith({ rule: "fed-avg", clipNorm: null });
const robust = {
  "trimmed mean": rulesWith({ rule: "trimmed-mean", byzantine: 2, clipNorm: null }),
  "Multi-Krum": rulesWith({ rule: "multi-krum", byzantine: 2, clipNorm: null }),
};
const { "sign flip": signFlip, "small shift": smallShift } = subtlePoisons;
const oneRound = { rounds: 1, slotsPerRound: 100 };
const fiftyRounds = { rounds: 50, slotsPerRound: 20 };
const timeout = 120_000;

describe("two attackers among ten learning agents", () => {
  it("are refused where one look at their update is enough", { timeout }, async () => {
    const refusals: Record<string, unknown> = {};
    for (const [name, poison] of Object.entries(crudePoisons)) {
      const run = await runPoisoned({ rules: fedAvg, poisons: [poison, poison], ...oneRound });
      expect(run.shifts).toEqual([0]);
      refusals[name] = run.refusals;
    }
    expect(refusals).toEqual({
      "a million times its size": ["oversize", "oversize"],
      "not a number": ["non-finite", "non-finite"],
      "another shape": ["mismatched", "mismatched"],
    });
  });

  it("move a robust mean by at most half of what the honest change it", { timeout }, async () => {
    for (const [attack, poison] of Object.entries(subtlePoisons)) {
      for (const [name, rules] of Object.entries(robust)) {
        const run = await runPoisoned({ rules, poisons: [poison, poison], ...oneRound });
        expect(run.shifts[0], `${attack} against ${name}`).toBeLessThanOrEqual(0.5);
      }
    }
    const poisons = [signFlip, signFlip];
    const control = await runPoisoned({ rules: fedAvg, poisons, ...oneRound });
    expect(control.shifts[0]).toBeGreaterThan(1);
  });

  it("cost a robust mean at most a twentieth of the reward in fifty rounds", {
    timeout,
  }, async () => {
    const clean = await runPoisoned({ rules: fedAvg, poisons: [], ...fiftyRounds });
    for (const [name, rules] of Object.entries(robust)) {
      for (const poisons of [
        [signFlip, signFlip],
        [smallShift, signFlip],
      ]) {
        const run = await runPoisoned({ rules, poisons, ...fiftyRounds });
        expect(run.reward, name).toBeGreaterThanOrEqual(0.95 * clean.reward);
      }
    }
    const poisons = [signFlip, signFlip];
    const control = await runPoisoned({ rules: fedAvg, poisons, ...fiftyRounds });
    expect(control.reward).toBeLessThan(0.8 * clean.reward);
  });
});
