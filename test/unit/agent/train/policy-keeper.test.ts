import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { PolicyKeeper } from "../../../../agent/train/policy-keeper.ts";

let folder: string;
let path: string;
let nowMs: number;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "slotwise-keeper-"));
  path = join(folder, "state", "ap-0.onnx");
  nowMs = 5;
});
afterEach(() => rmSync(folder, { recursive: true }));

const policy = (value: number) => Uint8Array.of(value);
const kept = () => readFileSync(path)[0];

describe("the policy keeper", () => {
  it("writes the first policy at once, and then one a minute", async () => {
    const keeper = new PolicyKeeper(path, () => nowMs);
    await keeper.take(policy(1));
    expect(kept()).toBe(1);
    nowMs += 59_999;
    await keeper.take(policy(2));
    expect(kept()).toBe(1);
    nowMs += 1;
    await keeper.take(policy(3));
    expect(kept()).toBe(3);
  });

  it("writes what is left at the end, also while it is writing", async () => {
    const keeper = new PolicyKeeper(path, () => nowMs);
    const first = keeper.take(policy(1));
    await keeper.take(policy(2));
    await keeper.stop();
    await first;
    expect(kept()).toBe(2);
  });

  it("leaves what is there alone until there is something better", async () => {
    const keeper = new PolicyKeeper(path, () => nowMs);
    await keeper.stop();
    expect(existsSync(path)).toBe(false);
  });

  it("clears away what a killed agent was writing", async () => {
    const keeper = new PolicyKeeper(path, () => nowMs);
    await keeper.take(policy(1));
    writeFileSync(join(folder, "state", ".ap-0.onnx.0b5e.draft"), "half");
    await new PolicyKeeper(path, () => nowMs).take(policy(2));
    expect(readdirSync(join(folder, "state"))).toEqual(["ap-0.onnx"]);
  });

  it("says when it cannot write", async () => {
    writeFileSync(join(folder, "state"), "a file");
    await expect(new PolicyKeeper(path, () => nowMs).take(policy(1))).rejects.toThrow(/EEXIST/);
  });
});
