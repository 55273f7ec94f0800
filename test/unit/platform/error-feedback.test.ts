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

  it("leave nothing for later where a form stands alone", () => {
    const owed = network(1, 1, 1, 1);
    for (const wish of ["float32", "float16"] as const) {
      const { received, residual } = sendWeights(wish, weights, base, owed);
      expect(residual).toBeUndefined();
      for (const [i, value] of valuesOf(received).entries()) {
        expect(value).toBeCloseTo(valuesOf(weights)[i] as number, 2);
      }
    }
  });

  it("carry what the delta before left out, and tell what is left now", () => {
    const first = sendWeights("int8-delta", weights, base, undefined);
    const second = sendWeights("int8-delta", weights, base, first.residual);
    const wanted = valuesOf(weights).map((value, i) => {
      return value + (valuesOf(first.residual)[i] as number);
    });
    expect(valuesOf(first.residual).some((value) => value !== 0)).toBe(true);
    for (const [i, value] of valuesOf(second.received).entries()) {
      expect(value + (valuesOf(second.residual)[i] as number)).toBeCloseTo(wanted[i] as number, 6);
    }
  });

  it("go as float32 where a delta has no base, with nothing left out", () => {
    const sent = sendWeights("int8-delta", weights, undefined, undefined);
    expect(sent).toMatchObject({ encoding: "float32", received: weights, residual: undefined });
  });
});
