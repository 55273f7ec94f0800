import { expect, it } from "vitest";
import { rebase } from "../../../../core/weights/rebase.ts";
import { network, valuesOf } from "./networks.ts";

it("puts a share of a change on another base", () => {
  const from = network([0, 1, 2, 3, 4]);
  const weights = network([1, 1, 4, 3, 0]);
  const to = network([10, 10, 10, 10, 10]);
  expect(valuesOf(rebase(weights, from, to, 1))).toEqual([11, 10, 12, 10, 6]);
  expect(valuesOf(rebase(weights, from, to, 0.5))).toEqual([10.5, 10, 11, 10, 8]);
  expect(valuesOf(rebase(weights, from, from, 1))).toEqual(valuesOf(weights));
});
