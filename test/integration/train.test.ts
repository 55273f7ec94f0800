import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readPolicyFile } from "../../learning/policy/policy-file.ts";
import { eventually } from "./eventually.ts";
import { runCommand, startCommand } from "./slotwise.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "slotwise-train-"));
  writeFileSync(
    join(folder, "small.yaml"),
    "scenario: { accessPoints: 2, episodeSlots: 40 }\nlearner: { width: 16, exploration: { final: 0.1 } }\n",
  );
});
afterAll(() => rmSync(folder, { recursive: true }));

const train = (out: string, ...more: string[]) => [
  ...["train", "--config", join(folder, "small.yaml"), "--out", join(folder, out)],
  ...["--eval-slots", "20", "--json", ...more],
];

describe("slotwise train", () => {
  it("writes a policy that says how it was made and that eval runs", async () => {
    const { code, stdout } = await runCommand(...train("a", "--episodes", "2", "--seed", "3"));
    expect(code).toBe(0);
    const summary = JSON.parse(stdout);
    expect(summary).toMatchObject({ scheme: "fed-d3qn-gan" });
    const [site] = summary.results;
    expect(site).toMatchObject({ seed: 3, episodes: 2, updates: 2 * (80 - 31) });
    const policy = join(folder, "a", "seed-3", "policy.onnx");
    expect(site.policies).toEqual([policy]);
    const file = readPolicyFile(readFileSync(policy));
    expect(file.training).toMatchObject({ seed: 3, episodes: 2, result: site.performance });
    expect(file.training.command).toContain("--seed 3");
    expect(file.learner).toMatchObject({ width: 16, head: "slice" });
    expect(file.scenario.accessPoints).toBe(2);
    const evaluated = await runCommand("eval", "--policy", policy, "--slots", "5", "--json");
    expect(evaluated.code).toBe(0);
    expect(JSON.parse(evaluated.stdout).rewardMs).toBeGreaterThan(0);
    const files = readdirSync(join(folder, "a"));
    expect(files.sort()).toEqual(["reward.png", "reward.svg", "seed-3", "summary.json"]);
  });

  it("saves what was learned when it is interrupted, and goes on from there", async () => {
    const scheme = ["--scheme", "id3qn", "--seeds", "2", "--jobs", "2"];
    const run = startCommand(...train("b", "--episodes", "100000", ...scheme));
    const site = join(folder, "b", "seed-2");
    const metrics = join(site, "metrics.jsonl");
    const hasLearned = () => existsSync(metrics) && readFileSync(metrics, "utf8") !== "";
    await eventually(() => hasLearned() && run.stderr() !== "", run.stderr);
    run.child.kill("SIGINT");
    expect(await run.exited).toBe(130);
    const file = readPolicyFile(readFileSync(join(site, "policy-ap-2.onnx")));
    expect(file.training.result).toBeNull();
    const episodes = file.training.episodes as number;
    expect(episodes).toBeGreaterThan(0);
    expect(run.stderr()).toMatch(/^train id3qn: 0 %, \d+ s left/);
    const more = ["--episodes", String(episodes + 1), "--resume"];
    const { code, stdout } = await runCommand(...train("b", ...more, ...scheme));
    expect(code).toBe(0);
    const [, resumed] = JSON.parse(stdout).results;
    expect(resumed).toMatchObject({ seed: 2, episodes: episodes + 1 });
    const lines = readFileSync(metrics, "utf8").trim().split("\n");
    expect(lines.map((line) => JSON.parse(line).episode)).toEqual(
      Array.from({ length: episodes + 1 }, (_, i) => i + 1),
    );
  });

  it("ends with 2 and every fault of a wrong configuration", async () => {
    writeFileSync(join(folder, "wrong.yaml"), "learner: { width: 3, depth: 2 }\nslots: 4\n");
    const { code, stderr } = await runCommand(
      ...["train", "--config", join(folder, "wrong.yaml"), "--out", join(folder, "c")],
    );
    expect(code).toBe(2);
    for (const fault of [/learner\.width/, /depth/, /slots/]) expect(stderr).toMatch(fault);
  });
});

describe("the shipped slicing model", () => {
  const shipped = fileURLToPath(new URL("../../models/slicing.onnx", import.meta.url));

  it("beats sqrt-load by a margin and fits one MQTT message", async () => {
    const bytes = readFileSync(shipped);
    expect(bytes.length).toBeLessThan(2 ** 20);
    expect(readPolicyFile(bytes).training.command).toMatch(/^slotwise train/);
    const rewards = [];
    for (const policy of [shipped, "sqrt-load"]) {
      const { stdout } = await runCommand("eval", "--policy", policy, "--slots", "500", "--json");
      rewards.push(JSON.parse(stdout).rewardMs as number);
    }
    expect(rewards[0]).toBeGreaterThan((rewards[1] as number) + 0.02);
  });
});
