import { describe, expect, it } from "vitest";
import { BufferedRounds } from "../../../../cloud/aggregator/buffered-rounds.ts";
import type { RoundHistory, RoundRules } from "../../../../cloud/aggregator/round.ts";
import type { FederationUpdateHeader } from "../../../../core/messages/federation-update.ts";
import type { Weights } from "../../../../core/weights/tensor.ts";
import { sampleUpdate } from "../../../fixtures/messages.ts";

const rules: RoundRules = {
  quorum: 2,
  deadlineMs: 1000,
  rounds: { mode: "buffered", maxStaleness: 2 },
  maxAgents: 8,
  maxSamples: 1000,
  maxChange: 10,
  aggregation: { rule: "fed-avg", clipNorm: null },
  encodings: ["float32"],
};

const scalar = (value: number): Weights =>
  new Map([["w", { shape: [1], data: Float32Array.of(value) }]]);
const numberIn = (weights: Weights | undefined) => weights?.get("w")?.data[0];

/** Version 5 has the value 10; round 6 is over. */
const saved: RoundHistory = {
  federation: "f",
  round: 6,
  latest: { round: 6, globalVersion: 5, global: scalar(10), contributors: [] },
};

let sent = 0;
const header = (
  agent: string,
  round: number,
  baseVersion: number,
  over: Partial<FederationUpdateHeader> = {},
): FederationUpdateHeader => ({
  ...sampleUpdate,
  federation: "f",
  agent,
  round,
  baseVersion,
  samples: 100,
  content: { ...sampleUpdate.content, sha256: `${sent++}`.padStart(64, "0") },
  ...over,
});

function closedOf(outcome: ReturnType<BufferedRounds["step"]>) {
  if (typeof outcome === "string") throw new Error(`expected a closed round, got ${outcome}`);
  return outcome;
}

/** Rounds at version 5, with the seventh open. */
function opened(over: Partial<RoundRules> = {}): BufferedRounds {
  const rounds = new BufferedRounds({ ...rules, ...over }, saved);
  rounds.open(0);
  return rounds;
}

/** Closes the open round with two agents' changes of one, and opens the next. */
function advance(rounds: BufferedRounds, agents: readonly string[] = ["a", "b"]): void {
  const { round, baseVersion } = rounds.openRound ?? { round: 0, baseVersion: 0 };
  const current = numberIn(rounds.baseOf(baseVersion)) ?? 0;
  for (const agent of agents) rounds.offer(header(agent, round, baseVersion), scalar(current + 1));
  closedOf(rounds.step(0));
  rounds.open(0);
}

describe("a buffered round", () => {
  it("closes as soon as a quorum is in, whoever else is there", () => {
    const rounds = opened();
    expect(rounds.offer(header("a", 7, 5), scalar(11))).toBeUndefined();
    expect(rounds.step(1)).toBe("waiting");
    expect(rounds.offer(header("b", 7, 5), scalar(13))).toBeUndefined();
    const closed = closedOf(rounds.step(2));
    expect(closed).toMatchObject({ round: 7, globalVersion: 6, contributors: ["a", "b"] });
    expect(numberIn(closed.global)).toBe(12);
    expect(rounds.open(3)).toMatchObject({ round: 8, baseVersion: 6, extensions: 0 });
  });

  it("takes a change from an older base for what it is, discounted by its staleness", () => {
    const rounds = opened();
    advance(rounds);
    advance(rounds);
    expect(numberIn(rounds.baseOf(7))).toBe(12);
    expect(rounds.offer(header("slow", 7, 5), scalar(13))).toBeUndefined();
    rounds.offer(header("a", 9, 7, { samples: 200 }), scalar(18));
    const closed = closedOf(rounds.step(0));
    expect(numberIn(closed.global)).toBeCloseTo(12 + (3 / Math.sqrt(3) + 2 * 6) / 3, 5);
  });

  it("refuses what is older, and forgets its base", () => {
    const rounds = opened();
    for (let i = 0; i < 3; i++) advance(rounds);
    expect(rounds.version).toBe(8);
    expect(rounds.baseOf(5)).toBeUndefined();
    expect(rounds.offer(header("slow", 7, 5), scalar(10))).toBe("too-stale");
    expect(rounds.offer(header("slow", 8, 6), scalar(11))).toBeUndefined();
  });

  it("takes from an agent one update a base and one a buffer", () => {
    const rounds = opened();
    const first = header("a", 7, 5);
    rounds.offer(first, scalar(11));
    expect(rounds.offer(first, scalar(11))).toBe("repeated");
    expect(rounds.offer(header("a", 7, 5), scalar(9))).toBe("duplicate");
    rounds.offer(header("b", 7, 5), scalar(11));
    closedOf(rounds.step(0));
    rounds.open(0);
    expect(rounds.offer(first, scalar(11))).toBe("repeated");
    expect(rounds.offer(header("a", 8, 5), scalar(9))).toBe("duplicate");
    expect(rounds.offer(header("late", 7, 5), scalar(11))).toBeUndefined();
    expect(rounds.offer(header("late", 8, 6), scalar(11))).toBe("duplicate");
  });

  it("counts nothing again that was sent before its start", () => {
    const rounds = opened();
    expect(rounds.offer(header("a", 6, 5), scalar(11))).toBe("late");
    expect(rounds.offer(header("a", 7, 4), scalar(11))).toBe("too-stale");
  });

  it("refuses what does not belong to it, and judges a change by its own base", () => {
    const rounds = opened({ maxAgents: 3 });
    advance(rounds);
    expect(rounds.offer(header("c", 9, 6), scalar(11))).toBe("future");
    expect(rounds.offer(header("c", 8, 7), scalar(11))).toBe("stale-base");
    expect(rounds.offer(header("c", 8, 6, { federation: "g" }), scalar(11))).toBe("foreign");
    expect(rounds.offer(header("c", 8, 6, { samples: 1001 }), scalar(11))).toBe("overweight");
    expect(rounds.offer(header("c", 8, 6), scalar(Number.NaN))).toBe("non-finite");
    expect(rounds.offer(header("c", 8, 6), new Map())).toBe("mismatched");
    expect(rounds.offer(header("c", 8, 5), scalar(111))).toBe("oversize");
    expect(rounds.offer(header("c", 8, 6), scalar(111))).toBeUndefined();
  });

  it("takes updates for the next buffer while a model is being saved", () => {
    const rounds = opened();
    rounds.offer(header("a", 7, 5), scalar(11));
    rounds.offer(header("b", 7, 5), scalar(11));
    closedOf(rounds.step(0));
    expect(rounds.offer(header("c", 7, 5), scalar(12))).toBeUndefined();
    expect(rounds.step(0)).toBe("waiting");
    expect(rounds.open(0)).toMatchObject({ round: 8, received: ["c"] });
  });

  it("says after its deadline whose updates it has", () => {
    const rounds = opened();
    rounds.offer(header("a", 7, 5), scalar(11));
    expect(rounds.step(999)).toBe("waiting");
    expect(rounds.step(1000)).toBe("extended");
    expect(rounds.openRound).toMatchObject({ extensions: 1, received: ["a"], deadlineAtMs: 2000 });
  });

  it("founds a model on the shapes that most agents share", () => {
    const rounds = new BufferedRounds(rules, { federation: "f", round: 0, latest: undefined });
    rounds.open(0);
    const odd: Weights = new Map([["w", { shape: [1, 1], data: Float32Array.of(1) }]]);
    rounds.offer(header("odd", 1, 0), odd);
    rounds.offer(header("a", 1, 0), scalar(2));
    expect(rounds.step(0)).toBe("waiting");
    rounds.offer(header("b", 1, 0), scalar(4));
    const closed = closedOf(rounds.step(0));
    expect(closed.contributors).toEqual(["a", "b"]);
    expect(numberIn(closed.global)).toBe(3);
    rounds.open(0);
    expect(rounds.offer(header("c", 1, 0), scalar(4))).toBe("too-stale");
  });

  it("finds its changes with any aggregation rule", () => {
    const aggregation = { rule: "median", clipNorm: null } as const;
    const rounds = opened({ aggregation, quorum: 3 });
    advance(rounds, ["a", "b", "c"]);
    rounds.offer(header("slow", 7, 5), scalar(10 + Math.SQRT2));
    rounds.offer(header("a", 8, 6), scalar(100));
    rounds.offer(header("b", 8, 6), scalar(-90));
    expect(numberIn(closedOf(rounds.step(0)).global)).toBeCloseTo(12, 5);
  });
});
