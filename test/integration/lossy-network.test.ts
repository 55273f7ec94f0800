import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ClosedRound } from "../../cloud/aggregator/round.ts";
import type { Encoding } from "../../core/weights/encoding.ts";
import { LossyFederation, type Turn, valueIn } from "./lossy-federation.ts";

const turn: fc.Arbitrary<Turn> = fc.record({
  kind: fc.constantFrom(
    ...(["deliver", "deliver", "deliver", "deliver", "repeat", "lose", "learn", "wait"] as const),
  ),
  choice: fc.nat({ max: 9999 }),
});

/** Every committed model is the mean of what its contributors learned from the one before. */
function expectMeans({ closed, learners }: LossyFederation, tolerance: number): void {
  for (const { round, globalVersion, contributors, global } of closed) {
    const sent = contributors.map((name) => {
      const learner = learners.find((candidate) => candidate.name === name);
      return learner?.sentFor(round, globalVersion - 1) ?? Number.NaN;
    });
    const mean = sent.reduce((a, b) => a + b, 0) / sent.length;
    expect(Math.abs(valueIn(global) - mean)).toBeLessThanOrEqual(tolerance);
  }
}

function expectOrder({ closed, learners }: LossyFederation): void {
  expect(closed.map(({ globalVersion }) => globalVersion)).toEqual(closed.map((_, i) => i + 1));
  for (const { adopted } of learners) {
    expect(adopted).toEqual([...new Set(adopted)].toSorted((a, b) => a - b));
  }
}

/** Every committed model is the one before and the mean of discounted changes, each counted once. */
function expectChanges({ closed, taken, learners }: LossyFederation): void {
  const counted = new Set<string>();
  const valueAt = (version: number) => valueIn((closed[version - 1] as ClosedRound).global);
  for (const [i, { globalVersion, contributors, global }] of closed.entries()) {
    const updates = taken[i] ?? [];
    expect(updates.map(({ agent }) => agent)).toEqual(contributors);
    for (const { agent, baseVersion } of updates) counted.add(`${agent} from ${baseVersion}`);
    if (globalVersion === 1) continue;
    const changes = updates.map(({ agent, round, baseVersion }) => {
      const learner = learners.find(({ name }) => name === agent);
      const sent = learner?.sentFor(round, baseVersion) ?? Number.NaN;
      const change = sent - valueAt(baseVersion);
      return change / Math.sqrt(globalVersion - baseVersion);
    });
    const mean = changes.reduce((a, b) => a + b, 0) / changes.length;
    expect(valueIn(global)).toBeCloseTo(valueAt(globalVersion - 1) + mean, 4);
  }
  expect(counted.size).toBe(taken.slice(0, closed.length).flat().length);
}

const forms: [Encoding, number, number][] = [
  ["float32", 100_000, 1e-6],
  ["float32", 0, 1e-6],
  ["float16", 0, 5e-3],
  ["int8-delta", 0, 0.25],
];

describe.each(forms)("rounds in %s with %d bytes inline", (encoding, inlineBytes, tolerance) => {
  it("apply every update once, to its base, whatever the network does", { timeout: 60_000 }, () => {
    const rounds = { mode: "synchronous" } as const;
    const options = { agents: 3, rounds, encodings: [encoding], downlink: encoding, inlineBytes };
    fc.assert(
      fc.property(fc.array(turn, { maxLength: 150, size: "max" }), (turns) => {
        const federation = new LossyFederation(options);
        for (const next of turns) federation.play(next);
        const before = federation.closed.length;
        for (let second = 0; second < 8; second++) federation.calm();
        expectOrder(federation);
        expectMeans(federation, tolerance);
        expect(federation.closed.length).toBeGreaterThanOrEqual(before + 3);
        expect(federation.closed.at(-1)?.contributors).toHaveLength(3);
      }),
      { numRuns: 20 },
    );
  });
});

describe.each([100_000, 0])("buffered rounds with %d bytes inline", (inlineBytes) => {
  it("count every change once, from its base, whatever the network does", () => {
    const rounds = { mode: "buffered", maxStaleness: 2 } as const;
    const form = "float32" as const;
    const options = { agents: 3, rounds, encodings: [form], downlink: form, inlineBytes };
    let stale = 0;
    fc.assert(
      fc.property(fc.array(turn, { maxLength: 200, size: "max" }), (turns) => {
        const federation = new LossyFederation(options);
        for (const next of turns) federation.play(next);
        const before = federation.closed.length;
        for (let second = 0; second < 8; second++) federation.calm();
        expectOrder(federation);
        expectChanges(federation);
        const calm = federation.closed.slice(before);
        expect(calm.length).toBeGreaterThanOrEqual(3);
        expect(new Set(calm.flatMap(({ contributors }) => contributors)).size).toBe(3);
        stale += federation.staleUpdates;
      }),
      { numRuns: 40 },
    );
    expect(stale).toBeGreaterThan(20);
  }, 60_000);
});
