import { expect, test } from "vitest";
import { summaryPoints, summaryRows } from "../../../../learning/reproduce/figure.ts";

const sample = { panel: "p", series: "GA", x: 10, values: [1, 3, null] };

test("draws without a value are left out of the mean and counted", () => {
  expect(summaryRows([sample])).toMatchObject([{ mean: 2, count: 2, missing: 1 }]);
  expect(summaryRows([{ ...sample, values: [null] }])).toMatchObject([
    { mean: null, count: 0, missing: 1 },
  ]);
});

test("a point needs five values, where there were as many draws", () => {
  const values = [1, 1, 1, 1, null, null];
  expect(summaryPoints([{ ...sample, values }], "p")).toEqual([{ series: "GA", x: 10, y: null }]);
  const five = summaryPoints([{ ...sample, values: [...values, 1] }], "p");
  expect(five).toEqual([{ series: "GA", x: 10, y: 1, low: 1, high: 1 }]);
  expect(summaryPoints([{ ...sample, values: [4] }], "p")[0]?.y).toBe(4);
});
