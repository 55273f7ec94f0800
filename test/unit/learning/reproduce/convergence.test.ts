import { expect, test } from "vitest";
import { convergedAt, finalValue } from "../../../../learning/reproduce/convergence.ts";

test("a course converges once its moving mean is within 10 % of its end", () => {
  const course = Array.from({ length: 200 }, (_, i) => (i < 50 ? 0 : 10));
  expect(finalValue(course)).toBe(10);
  expect(convergedAt(course, 0.1)).toBe(68);
});

test("a course that never moves has converged at its first episode", () => {
  expect(convergedAt([5, 5, 5], 0.1)).toBe(1);
});
