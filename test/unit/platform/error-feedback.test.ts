import { describe, expect, it } from "vitest";
import type { Weights } from "../../../core/weights/tensor.ts";
import { sendWeights } from "../../../platform/error-feedback.ts";
import { decodeContent } from "../../../platform/weights-content.ts";

const network = (...values: number[]): Weights =>
  new Map([["w", { shape: [values.length], data: Float32Array.from(values) }]]);
const valuesOf = (weights: Weights | undefined) => [...(weights?.get("w")?.data ?? [])];

const base = network(1, 2, 3, 4);
const weights = network(1.1, 2.003, 3, 3.8);

describe("weights that are sent", () => {
  it.each(["float32", "float16", "int8-delta"] as const)(
    "are received as %s the way they were sent",
    (wish) => {
      const { encoding, bytes, received } = sendWeights(wish, weights, base, undefined);
      expect(encoding).toBe(wish);
      expect(decodeContent(encoding, bytes, base)).toEqual(received);
    },
  );

  it("leave nothing for later where they go exactly", () => {
    const owed = network(1, 1, 1, 1);
    const sent = sendWeights("float32", weights, base, owed);
    expect(sent).toMatchObject({ received: weights, residual: undefined });
  });

  it("come through as float16 also in changes that are too small for it", () => {
    let received = network(1, 2, 3, 4);
    let residual: Weights | undefined;
    for (let round = 0; round < 100; round++) {
      const learned = network(...valuesOf(received).map((value) => value + 1e-4));
      ({ received, residual } = sendWeights("float16", learned, undefined, residual));
    }
    for (const [i, value] of valuesOf(received).entries()) {
      expect(value - (i + 1)).toBeGreaterThan(0.005);
      expect(value - (i + 1)).toBeLessThan(0.015);
    }
  });

  it.each(["float16", "int8-delta"] as const)(
    "carry what the %s before left out, and tell what is left now",
    (form) => {
      const first = sendWeights(form, weights, base, undefined);
      const second = sendWeights(form, weights, base, first.residual);
      const wanted = valuesOf(weights).map((value, i) => {
        return value + (valuesOf(first.residual)[i] as number);
      });
      expect(valuesOf(first.residual).some((value) => value !== 0)).toBe(true);
      for (const [i, value] of valuesOf(second.received).entries()) {
        expect(value + (valuesOf(second.residual)[i] as number)).toBeCloseTo(
          wanted[i] as number,
          6,
        );
      }
    },
  );

  it("go as float32 where a delta has no base, with nothing left out", () => {
    const sent = sendWeights("int8-delta", weights, undefined, undefined);
    expect(sent).toMatchObject({ encoding: "float32", received: weights, residual: undefined });
  });
});
