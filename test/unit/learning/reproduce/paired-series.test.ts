import { expect, test } from "vitest";
import { growth } from "../../../../learning/reproduce/energy/growth.ts";
import { excess, saving } from "../../../../learning/reproduce/paired-series.ts";

const sample = (series: string, x: number, values: (number | null)[]) => ({
  panel: "p",
  series,
  x,
  values,
});

test("a saving compares the same draws at the points where both have a value", () => {
  const samples = [
    sample("DDQL", 10, [1, 2]),
    sample("GA", 10, [2, 4]),
    sample("DDQL", 20, [null, 4]),
    sample("GA", 20, [100, 8]),
  ];
  expect(saving(samples, "DDQL", "GA")?.mean).toBeCloseTo(0.5, 12);
  expect(saving(samples, "DDQL", "GA")?.count).toBe(2);
  expect(excess(samples, "GA", "DDQL")?.mean).toBeCloseTo((1 + 3) / 2, 12);
});

test("series that share no draw have no saving", () => {
  const samples = [sample("DDQL", 10, [1, null]), sample("GA", 10, [null, 1])];
  expect(saving(samples, "DDQL", "GA")).toBeUndefined();
});

test("growth goes to the last point that enough draws reach", () => {
  const samples = [
    sample("GA", 10, [1, 2, 1, 2, 1]),
    sample("GA", 60, [3, 6, 3, 6, 3]),
    sample("GA", 100, [9, null, null, null, null]),
  ];
  const grown = growth(samples, "GA");
  expect(grown).toMatchObject({ from: 10, to: 60 });
  expect(grown?.change.mean).toBeCloseTo(2, 12);
  expect(growth(samples, "GA", 60)).toBeUndefined();
});
