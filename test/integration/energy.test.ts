import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readEnergyPolicyFile } from "../../learning/policy/energy-policy-file.ts";
import { runCommand } from "./slotwise.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "slotwise-energy-"));
  writeFileSync(
    join(folder, "small.yaml"),
    "training: { tasks: [5, 10], steps: 10 }\nlearner: { width: 16, batchSize: 32 }\n",
  );
});
afterAll(() => rmSync(folder, { recursive: true }));

const evaluate = async (policy: string, ...more: string[]) => {
  const { code, stdout, stderr } = await runCommand(
    ...["eval", "--system", "energy", "--policy", policy, "--json", ...more],
  );
  return { code, stderr, result: stdout === "" ? undefined : JSON.parse(stdout) };
};

describe("slotwise train and eval for the energy system", () => {
  it("writes a policy that says how it was made and that eval runs", async () => {
    const out = join(folder, "dql.onnx");
    const { code, stdout } = await runCommand(
      ...["train", "--system", "energy", "--scheme", "dql", "--episodes", "3", "--seed", "4"],
      ...["--config", join(folder, "small.yaml"), "--out", out, "--json"],
    );
    expect(code).toBe(0);
    const summary = JSON.parse(stdout);
    expect(summary).toMatchObject({ scheme: "dql", episodes: 3, out });
    const file = readEnergyPolicyFile(readFileSync(out));
    expect(file.learner).toMatchObject({ algorithm: "dql", width: 16 });
    expect(file.training).toMatchObject({ seed: 4, result: summary.result });
    const { result } = await evaluate(out, "--tasks", "20", "--draws", "3");
    expect(result).toMatchObject({ policy: out, tasks: 20, draws: 3, seed: 7, feasible: 3 });
    expect(result.meanEnergyJ).toBeGreaterThan(result.lowerBoundJ);
  });

  it("compares the built-in policies on the same draws", async () => {
    const options = ["--tasks", "30", "--draws", "4", "--seed", "3", "--dual-bound"];
    const greedy = (await evaluate("greedy", ...options)).result;
    const repaired = (await evaluate("dual-repair", ...options)).result;
    expect(repaired.lowerBoundJ).toBe(greedy.lowerBoundJ);
    expect(repaired.dualBoundJ).toBeGreaterThanOrEqual(repaired.lowerBoundJ);
    expect(repaired.meanEnergyJ).toBeLessThan(greedy.meanEnergyJ);
  });

  it("refuses a policy and a scheme that the system does not have", async () => {
    const unknown = await evaluate("sqrt-load");
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toMatch(/dual-repair/);
    const scheme = await runCommand(
      ...["train", "--system", "energy", "--scheme", "fed-d3qn", "--out", join(folder, "x.onnx")],
    );
    expect(scheme.code).toBe(2);
    expect(scheme.stderr).toMatch(/ddql/);
  });
});

describe("the shipped energy model", () => {
  const shipped = fileURLToPath(new URL("../../models/energy.onnx", import.meta.url));

  it("is feasible in every draw and close to the lower bound", async () => {
    const { result } = await evaluate(shipped, "--tasks", "50", "--draws", "100");
    expect(result.feasible).toBe(100);
    expect(result.gap).toBeLessThan(0.02);
    expect(result.steps).toBeLessThan(25);
  });

  it("serves few and many tasks, and finds the way itself from neutral starts", async () => {
    for (const tasks of ["10", "75"]) {
      const { result } = await evaluate(shipped, "--tasks", tasks, "--draws", "10");
      expect(result.feasible).toBe(10);
      expect(result.gap).toBeLessThan(0.03);
    }
    const neutral = ["--tasks", "40", "--draws", "20", "--start", "neutral", "--no-guard"];
    const { result } = await evaluate(shipped, ...neutral);
    expect(result.feasible).toBeGreaterThan(10);
  });
});
