import { SlotwiseError } from "./errors.ts";

/** A vector file that cannot be read as one. */
export function vectorsInvalid(
  expected: string,
  received: string,
  options?: ErrorOptions,
): SlotwiseError {
  const consequence = "nothing was compared";
  return new SlotwiseError("VECTORS_INVALID", { expected, received, consequence }, options);
}

/** The largest error between recomputed and expected values, and where it is. */
export interface ConformanceReport {
  readonly values: number;
  readonly maxRelativeError: number;
  readonly worst: string | null;
}

type Leaf = number | boolean | null;

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function leafError(expected: Leaf, actual: unknown): number {
  if (typeof expected !== "number") return Object.is(expected, actual) ? 0 : 1;
  if (typeof actual !== "number" || !Number.isFinite(actual)) return 1;
  return expected === actual
    ? 0
    : Math.abs(actual - expected) / Math.max(Math.abs(expected), 1e-300);
}

/**
 * Walks every leaf of `expected` and compares it with the value at the same place in `actual`.
 * Numbers differ by their relative error; null stands for "never" (an infinite time); anything
 * missing, not finite or of another kind counts as an error of 1.
 */
export function compareTrees(expected: unknown, actual: unknown): ConformanceReport {
  let values = 0;
  let maxRelativeError = 0;
  let worst: string | null = null;
  const visit = (want: unknown, got: unknown, path: string): void => {
    if (isObject(want)) {
      for (const key of Object.keys(want)) {
        visit(want[key], isObject(got) ? got[key] : undefined, `${path}/${key}`);
      }
      return;
    }
    values++;
    const error = leafError(want as Leaf, got);
    if (error > maxRelativeError) {
      maxRelativeError = error;
      worst = path;
    }
  };
  visit(expected, actual, "");
  return { values, maxRelativeError, worst };
}
