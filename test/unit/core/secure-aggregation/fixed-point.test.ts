import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  fixedPointChange,
  fixedPointStep,
  maxMembers,
  movedByMean,
  valueCount,
} from "../../../../core/secure-aggregation/fixed-point.ts";
import { addTo, takeFrom } from "../../../../core/secure-aggregation/residues.ts";
import { averageWeights } from "../../../../core/weights/fed-avg.ts";
import { distance } from "../../../../core/weights/norm.ts";
import type { Weights } from "../../../../core/weights/tensor.ts";

const network = (values: readonly number[]): Weights =>
  new Map([
    ["a", { shape: [2], data: Float32Array.from(values.slice(0, 2)) }],
    ["b", { shape: [1, 2], data: Float32Array.from(values.slice(2, 4)) }],
  ]);

const weights = fc
  .array(fc.float({ min: -8, max: 8, noNaN: true }), { minLength: 4, maxLength: 4 })
  .map(network);

describe("changes in fixed point", () => {
  it("have the mean that federated averaging has, within a step", () => {
    fc.assert(
      fc.property(weights, fc.array(weights, { minLength: 1, maxLength: 9 }), (base, own) => {
        const sum = new Uint32Array(valueCount(base));
        for (const w of own) addTo(sum, fixedPointChange(w, base, null));
        const mean = averageWeights(own.map((w) => ({ weights: w, samples: 1 })));
        const global = movedByMean(base, sum, own.length);
        for (const [name, { data }] of mean) {
          for (const [i, value] of data.entries()) {
            const error = Math.abs((global.get(name)?.data[i] ?? Number.NaN) - value);
            expect(error).toBeLessThanOrEqual(fixedPointStep + 2e-6);
          }
        }
      }),
    );
  });

  it("stay within the norm they are clipped to", () => {
    fc.assert(
      fc.property(weights, weights, fc.double({ min: 0.01, max: 5, noNaN: true }), (w, base, c) => {
        const steps = new Int32Array(fixedPointChange(w, base, c).buffer);
        const length = Math.hypot(...steps) * fixedPointStep;
        expect(length).toBeLessThanOrEqual(c * (1 + 1e-12));
        const least = Math.min(c, distance(w, base)) - 2 * fixedPointStep;
        expect(length).toBeGreaterThanOrEqual(least * (1 - 1e-6));
      }),
    );
  });

  it("of as many members as there may be do not overflow, however large", () => {
    const base = network([0, 0, 0, 0]);
    const largest = network([1e30, -1e30, 16, -17]);
    const sum = new Uint32Array(4);
    for (let m = 0; m < maxMembers; m++) addTo(sum, fixedPointChange(largest, base, null));
    const mean = movedByMean(base, sum, maxMembers);
    expect([...mean.values()].flatMap(({ data }) => [...data])).toEqual([16, -16, 16, -16]);
  });
});

describe("residues", () => {
  it("come back when what was added is taken, past any overflow", () => {
    const residues = fc.array(fc.nat({ max: 2 ** 32 - 1 }), { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(residues, residues, (a, b) => {
        const sum = Uint32Array.from(a);
        addTo(sum, Uint32Array.from(b));
        takeFrom(sum, Uint32Array.from(b));
        expect([...sum]).toEqual(a);
      }),
    );
  });
});
