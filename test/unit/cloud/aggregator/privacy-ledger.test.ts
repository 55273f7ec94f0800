import { describe, expect, it } from "vitest";
import { PrivacyLedger } from "../../../../cloud/aggregator/privacy-ledger.ts";
import { type RoundRules, Rounds } from "../../../../cloud/aggregator/round.ts";
import { privacyRulesSchema } from "../../../../core/privacy/privacy-rules.ts";
import { createRandom } from "../../../../core/random.ts";
import type { Weights } from "../../../../core/weights/tensor.ts";
import { sampleUpdate } from "../../../fixtures/messages.ts";

const rules: RoundRules = {
  quorum: 1,
  deadlineMs: 1000,
  rounds: { mode: "synchronous" },
  maxAgents: 8,
  maxSamples: 1000,
  maxChange: 10,
  aggregation: { rule: "fed-avg", clipNorm: null },
  encodings: ["float32"],
};
const scalar = (value: number): Weights =>
  new Map([["w", { shape: [1], data: Float32Array.of(value) }]]);
const latest = { round: 1, globalVersion: 1, global: scalar(0), contributors: [], rho: 0 };
const history = { federation: "f", round: 1, latest };

/** z = 1 spends ρ = 1/2 a round: ε is 4.73 after one and 7.08 after two. */
const privacy = privacyRulesSchema.parse({ clipNorm: 1, noiseMultiplier: 1, maxEpsilon: 8 });
const ledgerAt = (rho: number) => new PrivacyLedger(privacy, rho, createRandom(1));

function closeRound(rounds: Rounds) {
  const { round, baseVersion } = rounds.open(0);
  const header = { ...sampleUpdate, federation: "f", round, baseVersion };
  expect(rounds.offer(header, scalar(1e9))).toBeUndefined();
  const closed = rounds.step(0, ["ap-0"]);
  if (typeof closed === "string") throw new Error(closed);
  return closed;
}

describe("a federation with privacy", () => {
  it("clips an update of any size, and says with the model what is spent", () => {
    const closed = closeRound(new Rounds(rules, history, undefined, ledgerAt(0)));
    expect(closed.rho).toBe(0.5);
    expect(Math.abs(closed.global.get("w")?.data[0] ?? Number.NaN)).toBeLessThan(10);
  });

  it("opens no round that would spend more than its budget, and takes no update", () => {
    const rounds = new Rounds(rules, history, undefined, ledgerAt(0));
    closeRound(rounds);
    closeRound(rounds);
    const spent = rounds.open(0);
    expect(spent).toMatchObject({ round: 3, baseVersion: 3, budgetSpent: true });
    const next = { agent: "ap-1", federation: "f", round: 3, baseVersion: 3 };
    const header = { ...sampleUpdate, ...next };
    expect(rounds.offer(header, scalar(1))).toBe("late");
    expect(rounds.step(1e9, [])).toBe("waiting");
  });

  it("goes on from what was spent before a restart", () => {
    const ledger = ledgerAt(1);
    expect(ledger.statement.epsilon).toBeCloseTo(7.077, 3);
    expect(new Rounds(rules, history, undefined, ledger).open(0).budgetSpent).toBe(true);
    expect(ledger.statement).toMatchObject({ delta: 1e-5, maxEpsilon: 8, budgetSpent: true });
  });
});
