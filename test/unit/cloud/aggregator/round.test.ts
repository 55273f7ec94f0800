import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ClosedRound, type RoundRules, Rounds } from "../../../../cloud/aggregator/round.ts";
import type { FederationUpdateHeader } from "../../../../core/messages/federation-update.ts";
import type { Weights } from "../../../../core/weights/tensor.ts";
import { sampleUpdate } from "../../../fixtures/messages.ts";

const rules: RoundRules = {
  quorum: 2,
  deadlineMs: 1000,
  rounds: { mode: "synchronous" },
  maxAgents: 8,
  maxSamples: 1000,
  maxChange: 10,
  aggregation: { rule: "fed-avg", clipNorm: null },
  encodings: ["float32"],
};
const fresh = { federation: "f", round: 0, latest: undefined };

const scalar = (value: number): Weights =>
  new Map([["w", { shape: [1], data: Float32Array.of(value) }]]);

const other = (value: number): Weights =>
  new Map([["w", { shape: [1, 1], data: Float32Array.of(value) }]]);

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
  content: { ...sampleUpdate.content, sha256: `${sent++}`.padStart(64, "0") },
  ...over,
});

let sent = 0;

const two = ["ap-0", "ap-1"];

function closedOf(outcome: ReturnType<Rounds["step"]>) {
  if (typeof outcome === "string") throw new Error(`expected a closed round, got ${outcome}`);
  return outcome;
}

describe("a federated round", () => {
  it("closes as soon as everyone it waits for has answered, with their mean", () => {
    const rounds = new Rounds(rules, fresh);
    rounds.open(0);
    expect(rounds.offer(header("ap-0", 1, 0), scalar(2))).toBeUndefined();
    expect(rounds.step(10, two)).toBe("waiting");
    expect(rounds.offer(header("ap-1", 1, 0), scalar(4))).toBeUndefined();
    const closed = closedOf(rounds.step(20, two));
    expect(closed).toMatchObject({ round: 1, globalVersion: 1, contributors: two });
    expect([...(closed.global.get("w")?.data ?? [])]).toEqual([3]);
    expect(rounds.open(20)).toMatchObject({ round: 2, baseVersion: 1, deadlineAtMs: 1020 });
  });

  it("closes at its deadline with a quorum, without those who are missing", () => {
    const rounds = new Rounds(rules, fresh);
    rounds.open(0);
    rounds.offer(header("ap-0", 1, 0), scalar(2));
    rounds.offer(header("ap-1", 1, 0), scalar(4));
    const three = [...two, "ap-2"];
    expect(rounds.step(999, three)).toBe("waiting");
    expect(closedOf(rounds.step(1000, three)).contributors).toEqual(two);
  });

  it("is extended without a quorum at the deadline, and keeps what it has", () => {
    const rounds = new Rounds(rules, fresh);
    rounds.open(0);
    rounds.offer(header("ap-0", 1, 0), scalar(2));
    expect(rounds.step(1000, ["ap-0"])).toBe("extended");
    expect(rounds.openRound).toMatchObject({
      round: 1,
      deadlineAtMs: 2000,
      extensions: 1,
      received: ["ap-0"],
    });
    rounds.offer(header("ap-1", 1, 0), scalar(4));
    expect(closedOf(rounds.step(1100, two)).contributors).toEqual(two);
  });

  it("does not close with fewer than the quorum when few are expected", () => {
    const rounds = new Rounds(rules, fresh);
    rounds.open(0);
    rounds.offer(header("ap-0", 1, 0), scalar(2));
    expect(rounds.step(1, ["ap-0"])).toBe("waiting");
    expect(rounds.step(1, [])).toBe("waiting");
  });

  it("refuses what does not belong to it, says why, and is not changed by it", () => {
    const rounds = new Rounds({ ...rules, maxAgents: 2 }, fresh);
    rounds.open(0);
    rounds.offer(header("ap-0", 1, 0), scalar(2));
    rounds.offer(header("ap-1", 1, 0), scalar(4));
    rounds.step(0, two);
    expect(rounds.offer(header("ap-0", 1, 0), scalar(9))).toBe("late");
    rounds.open(0);
    expect(rounds.offer(header("ap-0", 2, 1), scalar(6))).toBeUndefined();
    expect(rounds.offer(header("ap-0", 2, 1), scalar(9))).toBe("duplicate");
    expect(rounds.offer(header("ap-1", 1, 0), scalar(9))).toBe("late");
    expect(rounds.offer(header("ap-1", 3, 1), scalar(9))).toBe("future");
    expect(rounds.offer(header("ap-1", 2, 0), scalar(9))).toBe("stale-base");
    expect(rounds.offer(header("ap-1", 2, 1, { federation: "g" }), scalar(9))).toBe("foreign");
    expect(rounds.offer(header("ap-1", 2, 1), other(9))).toBe("mismatched");
    expect(rounds.offer(header("ap-1", 2, 1), new Map())).toBe("mismatched");
    expect(rounds.offer(header("ap-1", 2, 1), scalar(Number.NaN))).toBe("non-finite");
    expect(rounds.offer(header("ap-1", 2, 1), scalar(33.1))).toBe("oversize");
    expect(rounds.offer(header("ap-1", 2, 1), scalar(8))).toBeUndefined();
    expect(rounds.offer(header("ap-2", 2, 1), scalar(9))).toBe("crowded");
    expect([...(closedOf(rounds.step(0, two)).global.get("w")?.data ?? [])]).toEqual([7]);
  });

  it("takes the shapes most agents share while there is no global model", () => {
    const rounds = new Rounds(rules, fresh);
    rounds.open(0);
    rounds.offer(header("odd", 1, 0), other(100));
    rounds.offer(header("ap-0", 1, 0), scalar(2));
    expect(rounds.step(1000, ["odd", ...two])).toBe("extended");
    rounds.offer(header("ap-1", 1, 0), scalar(4));
    expect(closedOf(rounds.step(1001, ["odd", ...two])).contributors).toEqual(two);
    rounds.open(1001);
    expect(rounds.offer(header("odd", 2, 1), other(1))).toBe("mismatched");
  });

  it("founds no model on an update that is far larger than most", () => {
    const rounds = new Rounds(rules, fresh);
    rounds.open(0);
    expect(rounds.offer(header("wild", 1, 0), scalar(4e7))).toBeUndefined();
    rounds.offer(header("ap-0", 1, 0), scalar(2));
    rounds.offer(header("ap-1", 1, 0), scalar(4));
    const closed = closedOf(rounds.step(1, ["wild", ...two]));
    expect(closed.contributors).toEqual(two);
    expect([...(closed.global.get("w")?.data ?? [])]).toEqual([3]);
  });

  it("aggregates with the rule it is given", () => {
    const rounds = new Rounds({ ...rules, aggregation: { rule: "median", clipNorm: null } }, fresh);
    rounds.open(0);
    for (const [b, value] of [1, 2, 9].entries()) {
      rounds.offer(header(`ap-${b}`, 1, 0), scalar(value));
    }
    const closed = closedOf(rounds.step(1, ["ap-0", "ap-1", "ap-2"]));
    expect([...(closed.global.get("w")?.data ?? [])]).toEqual([2]);
  });

  it("refuses more samples than its maximum and lets none weigh over twice the median", () => {
    const rounds = new Rounds(rules, fresh);
    rounds.open(0);
    const claims = (agent: string, samples: number, value: number) =>
      rounds.offer(header(agent, 1, 0, { samples }), scalar(value));
    expect(claims("greedy", 1e9, 9)).toBe("overweight");
    expect(claims("greedy", 1001, 9)).toBe("overweight");
    expect(claims("greedy", 1000, 9)).toBeUndefined();
    for (const agent of two) expect(claims(agent, 100, 0)).toBeUndefined();
    const closed = closedOf(rounds.step(1, ["greedy", ...two]));
    expect([...(closed.global.get("w")?.data ?? [])]).toEqual([4.5]);
  });

  it("goes on from a saved history", () => {
    const latest = { round: 6, globalVersion: 5, global: scalar(1), contributors: two };
    const rounds = new Rounds(rules, { federation: "f", round: 7, latest });
    expect(rounds.open(0)).toMatchObject({ round: 8, baseVersion: 5 });
    expect(rounds.offer(header("ap-0", 8, 5), other(1))).toBe("mismatched");
    expect(rounds.offer(header("ap-0", 8, 5), scalar(1))).toBeUndefined();
  });

  it("never goes back, never stalls with a quorum, and only averages what it accepted", () => {
    const event = fc.record({
      agent: fc.constantFrom("a", "b", "c", "d"),
      roundShift: fc.constantFrom(0, 0, 0, -1, 1),
      baseShift: fc.constantFrom(0, 0, 0, -1, 1),
      value: fc.constantFrom(1, 2, 3, Number.NaN, Number.POSITIVE_INFINITY),
      mismatched: fc.constantFrom(false, false, false, true),
      elapsedMs: fc.nat({ max: 700 }),
    });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 80 }), (events) => {
        const model = new RoundModel();
        for (const { elapsedMs, ...sent } of events) {
          model.offer(sent);
          model.step(elapsedMs);
        }
      }),
    );
  });
});

interface Sent {
  readonly agent: string;
  readonly roundShift: number;
  readonly baseShift: number;
  readonly value: number;
  readonly mismatched: boolean;
}

/** What a round must do, kept beside the one under test and compared at every step. */
class RoundModel {
  private readonly rounds: Rounds;
  private readonly accepted = new Map<string, number>();
  private nowMs = 0;
  private round = 3;
  private version = 1;

  constructor() {
    const latest = { round: 1, globalVersion: 1, global: scalar(0), contributors: two };
    this.rounds = new Rounds(rules, { federation: "f", round: 2, latest });
    this.rounds.open(0);
  }

  offer({ agent, roundShift, baseShift, value, mismatched }: Sent): void {
    const update = header(agent, this.round + roundShift, this.version + baseShift);
    const refusal = this.rounds.offer(update, mismatched ? other(value) : scalar(value));
    const belongs = roundShift === 0 && baseShift === 0 && !this.accepted.has(agent);
    const good = belongs && !mismatched && Number.isFinite(value);
    expect(refusal === undefined).toBe(good);
    if (good) this.accepted.set(agent, value);
  }

  step(elapsedMs: number): void {
    this.nowMs += elapsedMs;
    const overdue = this.nowMs >= (this.rounds.openRound?.deadlineAtMs ?? 0);
    const enough = this.accepted.size >= rules.quorum;
    const outcome = this.rounds.step(this.nowMs, ["a", "b", "c", "d"]);
    const ends = enough && (overdue || this.accepted.size === 4);
    expect(typeof outcome === "object").toBe(ends);
    expect(outcome === "extended").toBe(overdue && !ends);
    if (typeof outcome === "object") this.expectMean(outcome);
  }

  private expectMean(closed: ClosedRound): void {
    const values = [...this.accepted.values()];
    const mean = values.reduce((a, b) => a + b, 0) / values.length;
    expect(closed.global.get("w")?.data[0]).toBeCloseTo(mean, 5);
    expect(closed.contributors).toEqual([...this.accepted.keys()]);
    expect(closed).toMatchObject({ round: this.round, globalVersion: this.version + 1 });
    this.accepted.clear();
    this.round++;
    this.version++;
    const { round, baseVersion } = this.rounds.open(this.nowMs);
    expect([round, baseVersion]).toEqual([this.round, this.version]);
  }
}
