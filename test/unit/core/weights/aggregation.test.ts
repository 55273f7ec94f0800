import { describe, expect, it } from "vitest";
import {
  aggregate,
  aggregationSchema,
  updatesNeeded,
} from "../../../../core/weights/aggregation.ts";
import { network, updatesOf, valuesOf } from "./networks.ts";

const base = network([0, 1, 2, 3, 4]);

describe("the aggregation of a round", () => {
  it("is the rule that was chosen", () => {
    const updates = updatesOf([0, 1, 2, 9, 30]);
    const first = (rule: object) =>
      valuesOf(aggregate(aggregationSchema.parse(rule), updates, base))[0];
    expect(first({ rule: "fed-avg" })).toBeCloseTo(8.4, 5);
    expect(first({ rule: "median" })).toBe(2);
    expect(first({ rule: "trimmed-mean", byzantine: 1 })).toBe(4);
    expect(first({ rule: "multi-krum", byzantine: 1 })).toBe(3);
  });

  it("weighs by samples under FedAvg, at most twice the lower median", () => {
    const updates = [...updatesOf([0, 0]), ...updatesOf([8], 1e9)];
    const mean = aggregate({ rule: "fed-avg", clipNorm: null }, updates, base);
    expect(valuesOf(mean)[0]).toBe(4);
  });

  it("clips every change to the norm it is given, before the rule", () => {
    const clipped = aggregate({ rule: "fed-avg", clipNorm: 2 }, updatesOf([1, 1000]), base);
    expect(valuesOf(clipped)).toEqual([1.5, 1, 2, 3, 4]);
    const free = aggregate({ rule: "fed-avg", clipNorm: 2 }, updatesOf([1, 1000]), undefined);
    expect(valuesOf(free)[0]).toBe(500.5);
  });

  it("says how many updates it needs", () => {
    const needed = (rule: object) => updatesNeeded(aggregationSchema.parse(rule));
    expect(needed({ rule: "fed-avg" })).toBe(1);
    expect(needed({ rule: "median" })).toBe(1);
    expect(needed({ rule: "trimmed-mean", byzantine: 2 })).toBe(5);
    expect(needed({ rule: "multi-krum", byzantine: 2 })).toBe(7);
  });

  it("refuses rules it does not know and settings that are not the rule's", () => {
    const fits = (rule: object) => aggregationSchema.safeParse(rule).success;
    expect(fits({ rule: "mean" })).toBe(false);
    expect(fits({ rule: "trimmed-mean" })).toBe(false);
    expect(fits({ rule: "median", byzantine: 1 })).toBe(false);
    expect(fits({ rule: "fed-avg", clipNorm: 0 })).toBe(false);
  });
});
