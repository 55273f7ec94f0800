import { execFileSync, spawnSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import { start, stopped } from "./agent-process.ts";
import { eventually } from "./eventually.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const dockerfile = readFileSync(join(root, "Dockerfile.arm64"), "utf8");
const buildStage = dockerfile.slice(0, dockerfile.indexOf("\nFROM --platform=linux/arm64"));

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "slotwise-test-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

it("the container's build stage copies everything that the build needs", () => {
  const sources = Array.from(buildStage.matchAll(/^COPY (.+) \S+$/gm), ([, files]) =>
    (files ?? "").split(" "),
  ).flat();
  expect(sources).toContain("core");
  for (const source of sources) {
    mkdirSync(dirname(join(folder, source)), { recursive: true });
    cpSync(join(root, source), join(folder, source), { recursive: true });
  }
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  const tsc = join(root, "node_modules/.bin/tsc");
  execFileSync(tsc, ["-p", "tsconfig.build.json", "--noEmit"], { cwd: folder });
});

it("the container's health check passes while an agent's slots advance", async () => {
  const check = /^HEALTHCHECK .*\n +CMD (.+)$/m.exec(dockerfile)?.[1];
  const healthy = () => spawnSync("sh", ["-c", check ?? ""]).status === 0;
  process.env.SLOTWISE_ALIVE_FILE = join(folder, "alive");
  onTestFinished(() => {
    delete process.env.SLOTWISE_ALIVE_FILE;
  });
  expect(healthy()).toBe(false);
  const config = join(folder, "agent.yaml");
  writeFileSync(config, "observe: { kind: drawn }\nactuate: { kind: recording }\n");
  const agent = start("agent", "--config", config, "--json");
  await eventually(healthy, agent.stderr);
  await stopped(agent);
  expect(healthy()).toBe(false);
});
