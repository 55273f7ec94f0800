import fc from "fast-check";
import { describe, expect, it } from "vitest";
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
  for (const { round, contributors, global } of closed) {
    const sent = contributors.map((name) => {
      const learner = learners.find((candidate) => candidate.name === name);
      return learner?.sent.get(round) ?? Number.NaN;
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

const forms: [Encoding, number, number][] = [
  ["float32", 100_000, 1e-6],
  ["float32", 0, 1e-6],
  ["float16", 0, 5e-3],
  ["int8-delta", 0, 0.25],
];

describe.each(forms)("rounds in %s with %d bytes inline", (encoding, inlineBytes, tolerance) => {
  it("apply every update once, to its base, whatever the network does", { timeout: 60_000 }, () => {
    const options = { agents: 3, encodings: [encoding], downlink: encoding, inlineBytes };
    fc.assert(
      fc.property(fc.array(turn, { maxLength: 150 }), (turns) => {
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
