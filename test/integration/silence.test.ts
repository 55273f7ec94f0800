import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { entry } from "./slotwise.ts";

/** What keeps ONNX Runtime from reporting anywhere but in these tests. */
const { CI: _ci, ORT_DISABLE_TELEMETRY: _off, XDG_CACHE_HOME: _cache, ...env } = process.env;

/** Files below a home folder that a command found empty. */
function leftBy(...args: string[]): string[] {
  const home = mkdtempSync(join(tmpdir(), "slotwise-home-"));
  onTestFinished(() => rmSync(home, { recursive: true }));
  const config = join(home, "agent.yaml");
  writeFileSync(config, "observe: {kind: drawn}\nactuate: {kind: recording}\n");
  const words = [entry, ...args, "--config", config];
  const { status, stderr } = spawnSync(process.execPath, words, { env: { ...env, HOME: home } });
  expect(status, String(stderr)).toBe(0);
  return readdirSync(home, { recursive: true }).map(String).sort();
}

it.each([
  ["an agent", ["agent", "--slots", "20"]],
  ["an agent that learns", ["agent", "--slots", "20", "--learn"]],
])("%s has ONNX Runtime keep no device id and no reports to send", (_, args) => {
  expect(leftBy(...args)).toEqual(["agent.yaml"]);
});
