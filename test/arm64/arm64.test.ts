import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Finding } from "../../agent/doctor/finding.ts";
import { readPolicyFile } from "../../learning/policy/policy-file.ts";
import { steer } from "./allocations.ts";
import { machines, type Slotwise } from "./machines.ts";

const slots = 200;

const updates = 20;

/** Both units' rounding differs in the last digits of a product; an update amplifies it a little. */
const weightTolerance = 1e-6;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "slotwise-arm64-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

type NamedWeights = ReadonlyMap<string, Float32Array>;

/** The generator's weights by name after an episode, which gives updates from its 32nd slot on. */
async function train(slotwise: Slotwise, count: number): Promise<NamedWeights> {
  const out = mkdtempSync(join(folder, "train-"));
  const config = join(out, "config.yaml");
  writeFileSync(config, `scenario: { accessPoints: 1, episodeSlots: ${31 + count} }\n`);
  const fixed = ["--config", config, "--seed", "3", "--episodes", "1", "--eval-slots", "20"];
  const summary = await slotwise("train", ...fixed, "--out", out);
  expect(summary).toMatchObject({ results: [{ updates: count }] });
  const { weights } = readPolicyFile(readFileSync(join(out, "seed-3", "policy.onnx")));
  return new Map(Array.from(weights, ([tensor, { data }]) => [tensor, data]));
}

function largestDifference(a: NamedWeights, b: NamedWeights): number {
  const differences = Array.from(a, ([name, data]) =>
    data.reduce((most, x, i) => Math.max(most, Math.abs(x - (b.get(name)?.[i] ?? Infinity))), 0),
  );
  return Math.max(...differences);
}

describe("slotwise as arm64, under qemu", () => {
  it("puts the same allocations into force as x64, with the shipped model", async () => {
    const x64 = await steer(machines.x64, slots);
    const arm64 = await steer(machines.arm64, slots);
    const { control, telemetry } = arm64.report;
    const different = new Set(x64.allocations.map(String)).size;
    process.stdout.write(`${slots} slots, ${different} different allocations\n`);
    expect(telemetry?.current.policy).toBe("slicing");
    expect(control).toMatchObject({ applied: slots, fallback: 0, readBackMismatches: 0 });
    expect(different).toBeGreaterThan(20);
    expect(arm64.allocations).toEqual(x64.allocations);
  });

  it("ends twenty training updates with the weights of x64", async () => {
    const updated = await train(machines.x64, updates);
    const largest = largestDifference(updated, await train(machines.arm64, updates));
    const change = largestDifference(updated, await train(machines.x64, 0));
    process.stdout.write(`largest difference of a weight ${largest}, change ${change}\n`);
    expect(change).toBeGreaterThan(100 * weightTolerance);
    expect(largest).toBeLessThan(weightTolerance);
  });

  it("has its doctor open the model", async () => {
    const report = (await machines.arm64("doctor")) as { faults: number; findings: Finding[] };
    expect(report.faults).toBe(0);
    const model = report.findings.find(({ check }) => check === "ONNX Runtime");
    expect(model).toMatchObject({ state: "ok", found: "opens slicing" });
  });
});
