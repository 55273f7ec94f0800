import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { affineModel } from "../fixtures/affine-model.ts";
import { ended, freshFolder, start, startSimulator, stopped } from "./agent-process.ts";
import { eventually } from "./eventually.ts";
import { runCommand } from "./slotwise.ts";

const timeoutMs = 30_000;

/** An agent that needs nothing around it: drawn demand, recorded actions. */
function aloneIn(folder: string, more = ""): string[] {
  const path = join(folder, "agent.yaml");
  writeFileSync(path, `observe: {kind: drawn}\nactuate: {kind: recording}\n${more}`);
  return ["--config", path, "--json"];
}

function modelIn(folder: string, bytes: Uint8Array): string {
  const path = join(folder, "policy.onnx");
  writeFileSync(path, bytes);
  return path;
}

/** An agent that learns beside a simulator for a while, from a model on. */
async function learnFor(durationMs: number, model: string) {
  const address = `unix:${join(freshFolder(), "bridge.sock")}`;
  await startSimulator(address);
  const agent = start("agent", "--bridge", address, "--model", model, "--learn", "--json");
  await eventually(() => agent.stderr().includes('"learning"'), agent.stderr);
  await sleep(durationMs);
  return await stopped(agent);
}

describe("slotwise agent", () => {
  it(
    "decides every slot with its model and accounts for all of them",
    async () => {
      const folder = freshFolder();
      const model = modelIn(folder, affineModel({ bias: [4, 8, 6, 7, 7, 4] }));
      const agent = start("agent", ...aloneIn(folder), "--model", model, "--slots", "60");
      const { control, telemetry } = await ended(agent);
      expect(control?.slots).toBeGreaterThanOrEqual(60);
      expect(control?.slots).toBe((control?.applied ?? 0) + (control?.held ?? 0));
      expect(control?.readBackChecked).toBeGreaterThan(0);
      expect(control?.readBackMismatches).toBe(0);
      expect(control?.fallback).toBeLessThan(60);
      expect(telemetry?.current).toMatchObject({ policy: model });
    },
    timeoutMs,
  );

  it(
    "refuses a corrupt model with the reason and goes on with the safe policy",
    async () => {
      const folder = freshFolder();
      const model = modelIn(folder, affineModel({ bias: [Number.NaN, 8, 6, 7, 7, 4] }));
      const alone = aloneIn(folder, "control: {degradeAfterSlots: null}\n");
      const agent = start("agent", ...alone, "--model", model, "--slots", "30");
      const { control, telemetry } = await ended(agent);
      expect(agent.stderr()).toContain("NaN");
      expect(control?.fallbackReasons["no-model"]).toBe(
        (control?.slots ?? 0) - (control?.skipped ?? 0),
      );
      expect(control?.applied).toBeGreaterThan(0);
      expect(telemetry?.current.policy).toBe("sqrt-load (safe)");
    },
    timeoutMs,
  );

  it(
    "lists every fault of its configuration and exits with 2",
    async () => {
      const folder = freshFolder();
      const faulty = aloneIn(folder, "speed: 3\nslots: -1\nlearner: {updatesPerSlot: 0}\n");
      const { code, stderr } = await runCommand("agent", ...faulty);
      expect(code).toBe(2);
      for (const key of ["speed", "slots", "learner.updatesPerSlot"]) expect(stderr).toContain(key);
    },
    timeoutMs,
  );

  it(
    "ends with exit code 70 and the reason when its control thread cannot go on",
    async () => {
      const path = join(freshFolder(), "agent.yaml");
      writeFileSync(path, "observe: {kind: tc, device: none0}\nactuate: {kind: recording}\n");
      const { code, stderr } = await runCommand("agent", "--config", path, "--model", "equal");
      expect(code).toBe(70);
      expect(stderr).toContain("OBSERVATION_UNAVAILABLE");
      expect(stderr).toContain("none0");
      expect(stderr.split("expected")).toHaveLength(2);
    },
    timeoutMs,
  );

  it(
    "exits with 2 where the configuration does not fit the scenario it is to decide for",
    async () => {
      const faulty = aloneIn(freshFolder(), "envelope: {fewestBlocks: 3, mostBlocks: 2}\n");
      const { code, stderr } = await runCommand("agent", ...faulty, "--model", "equal");
      expect(code).toBe(2);
      expect(stderr).toContain("from 3 to 2 blocks");
    },
    timeoutMs,
  );

  it(
    "keeps its loop without broker and simulator, and through the simulator's restart",
    async () => {
      const folder = freshFolder();
      const address = `unix:${join(folder, "bridge.sock")}`;
      const connections = ["--bridge", address, "--broker", "mqtt://127.0.0.1:1"];
      const agent = start("agent", ...connections, "--model", "equal", "--json");
      await eventually(() => agent.stderr().includes("slots begin"), agent.stderr);
      for (let life = 0; life < 2; life++) {
        const simulator = await startSimulator(address, "--json");
        await sleep(2500);
        simulator.child.kill(life === 0 ? "SIGTERM" : "SIGKILL");
        await simulator.exited;
        if (life > 0) continue;
        const own = JSON.parse(simulator.stdout()).perAgent["ap-0"];
        expect(own.held).toBeLessThan(own.slots);
      }
      const { control } = await stopped(agent);
      expect(control?.slots).toBe((control?.applied ?? 0) + (control?.held ?? 0));
      expect(control?.own.slots).toBeGreaterThan(50);
      expect(control?.references.equal?.slots).toBe(control?.own.slots);
      expect(control?.fallbackReasons["missing-observation"]).toBeGreaterThan(0);
    },
    timeoutMs,
  );

  it(
    "learns from its slots and decides with what it learned",
    async () => {
      const { training, telemetry, control } = await learnFor(5000, "slicing");
      expect(training?.transitions).toBeGreaterThan(50);
      expect(training?.updates).toBeGreaterThan(0);
      expect(training?.episodes).toBeGreaterThan(0);
      expect(telemetry?.current.policy).toBe("learned");
      expect(telemetry?.learner?.updates).toBeGreaterThan(0);
      expect(control?.fallbackReasons["non-finite"]).toBe(0);
    },
    timeoutMs,
  );

  it(
    "does not decide with what it has hardly learned",
    async () => {
      const { training, telemetry } = await learnFor(3000, "equal");
      expect(training?.episodes).toBeGreaterThan(0);
      expect(training?.withheld).toBeGreaterThan(0);
      expect(telemetry?.current.policy).toBe("equal");
    },
    timeoutMs,
  );
});
