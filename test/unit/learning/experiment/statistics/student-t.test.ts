import { expect, test } from "vitest";
import { studentT } from "../../../../../learning/experiment/statistics/student-t.ts";

const tabulated = [
  [0.95, 1, 12.7062047],
  [0.95, 2, 4.3026527],
  [0.95, 9, 2.2621572],
  [0.95, 99, 1.984217],
  [0.95, 9999, 1.960201],
  [0.99, 4, 4.6040949],
] as const;

test.each(tabulated)(
  "the two-sided %d point at %d degrees of freedom is the table's",
  (p, df, t) => {
    expect(studentT(p, df)).toBeCloseTo(t, 5);
  },
);
