import { readFileSync } from "node:fs";
import { createRandom } from "../../../core/random.ts";
import { averageWeights } from "../../../core/weights/fed-avg.ts";
import type { Weights } from "../../../core/weights/tensor.ts";
import type { WeightedUpdate } from "../../../core/weights/update.ts";
import { readPolicyFile } from "../../../learning/policy/policy-file.ts";
import { modelPath } from "../../../platform/shipped-models.ts";

/** Both count the bytes of updates read; medians of turns on one thread. */
export interface AggregationBench {
  readonly updates: number;
  readonly averageGBPerS: number;
  /** The updates copied, one behind the other. */
  readonly copyGBPerS: number;
  readonly averageOverCopy: number;
}

const updates = 100;
const turns = 15;

function jittered(weights: Weights, seed: number): Weights {
  const random = createRandom(seed, 1);
  const scale = 1 + 1e-3 * random.uniform();
  return new Map(
    [...weights].map(([name, { shape, data }]) => [
      name,
      { shape, data: data.map((value) => scale * value) },
    ]),
  );
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)] as number;
}

function secondsOf(work: () => void): number {
  const startMs = performance.now();
  work();
  return (performance.now() - startMs) / 1e3;
}

function copyAll(all: readonly WeightedUpdate[], place: Float32Array): void {
  let at = 0;
  for (const { weights } of all) {
    for (const { data } of weights.values()) {
      place.set(data, at);
      at += data.length;
    }
  }
}

/** Federated averaging (17) of updates of the shipped generator beside a plain copy of them. */
export function benchAggregation(): AggregationBench {
  const { weights } = readPolicyFile(readFileSync(modelPath("slicing")));
  const all = Array.from({ length: updates }, (_, u) => ({
    weights: jittered(weights, u),
    samples: 100 + u,
  }));
  const values = [...weights.values()].reduce((sum, { data }) => sum + data.length, 0);
  const place = new Float32Array(updates * values);
  const [averages, copies]: [number[], number[]] = [[], []];
  for (let turn = 0; turn < turns; turn++) {
    averages.push(secondsOf(() => averageWeights(all)));
    copies.push(secondsOf(() => copyAll(all, place)));
  }
  const [average, copy] = [median(averages), median(copies)];
  return {
    updates,
    averageGBPerS: place.byteLength / 1e9 / average,
    copyGBPerS: place.byteLength / 1e9 / copy,
    averageOverCopy: copy / average,
  };
}
