import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCommand } from "./slotwise.ts";

const path = (relative: string) => fileURLToPath(new URL(`../../${relative}`, import.meta.url));
const verbs = [
  ...["demo", "agent", "doctor", "restore", "cloud", "broker", "simulate"],
  ...["train", "eval", "conformance", "testbed", "bench"],
];

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "slotwise-test-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe("slotwise", () => {
  it("lists every command in its help", async () => {
    const { code, stdout } = await runCommand("--help");
    expect(code).toBe(0);
    for (const verb of verbs) expect(stdout).toMatch(new RegExp(`^ {2}${verb}\\b`, "m"));
  });

  it.each(["nonsense", "--nonsense"])("ends with 2 for %s", async (word) => {
    expect((await runCommand(word)).code).toBe(2);
  });

  it("ends with 2 for a number out of range and says what it takes", async () => {
    const { code, stderr } = await runCommand("eval", "--policy", "equal", "--slots", "0");
    expect(code).toBe(2);
    expect(stderr).toMatch(/whole number of at least 1/);
  });
});

describe("slotwise conformance", () => {
  const vectors = path("test/fixtures/slicing-vectors.json");

  it("prints the largest relative error and ends with 0", async () => {
    const { code, stdout } = await runCommand("conformance", vectors);
    expect(code).toBe(0);
    expect(JSON.parse(stdout).maxRelativeError).toBeLessThan(1e-9);
  });

  it("ends with 1 for a file that is no vector file", async () => {
    const other = join(folder, "other.json");
    writeFileSync(other, '{"cases": 3}');
    const { code, stderr } = await runCommand("conformance", other);
    expect(code).toBe(1);
    expect(stderr).toMatch(/vector file/);
  });
});

describe("slotwise eval", () => {
  it("puts the shipped model above sqrt-load and below the optimum", async () => {
    const evaluate = async (policy: string) => {
      const args = ["eval", "--policy", policy, "--slots", "400", "--seed", "7", "--json"];
      return JSON.parse((await runCommand(...args)).stdout);
    };
    const shipped = await evaluate(path("models/slicing.onnx"));
    const sqrtLoad = await evaluate("sqrt-load");
    expect(shipped.optimal).toEqual(sqrtLoad.optimal);
    expect(shipped.rewardMs).toBeGreaterThan(sqrtLoad.rewardMs);
    expect(shipped.rewardMs).toBeLessThanOrEqual(shipped.optimal.rewardMs);
  });

  it("ends with 2 for a policy that is neither a name nor a file", async () => {
    const { code, stderr } = await runCommand("eval", "--policy", "best");
    expect(code).toBe(2);
    expect(stderr).toMatch(/sqrt-load.*received best/);
  });

  it("refuses a file that is no policy", async () => {
    const broken = join(folder, "broken.onnx");
    writeFileSync(broken, "not a model");
    const { code, stderr } = await runCommand("eval", "--policy", broken, "--slots", "1");
    expect(code).toBe(1);
    expect(stderr).toMatch(/broken\.onnx/);
  });

  it("lists every fault of a configuration", async () => {
    const config = join(folder, "config.yaml");
    writeFileSync(config, "alpha: 2\nslotMs: -1\nspeed: 3\n");
    const { code, stderr } = await runCommand("eval", "--policy", "equal", "--config", config);
    expect(code).toBe(2);
    for (const fault of ["alpha", "slotMs", "speed"]) expect(stderr).toContain(fault);
  });
});
