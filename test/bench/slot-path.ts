import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { RecordingActuator } from "../../agent/actuate/recording-actuator.ts";
import { DecisionMaker } from "../../agent/control/decision.ts";
import { type OnnxPolicy, openOnnxPolicy } from "../../agent/policy/onnx-session.ts";
import { createSlicingSystem } from "../../agent/slicing-system.ts";
import type { AgentReport } from "../../agent/telemetry/agent-report.ts";
import { paperScenario } from "../../core/slicing/scenario.ts";
import { SlicingSimulation } from "../../core/slicing/simulation.ts";
import { createLearner } from "../../learning/create-learner.ts";
import { edgeLearner } from "../../learning/presets.ts";
import { slicingProblem } from "../../learning/problems/slicing.ts";

/** Medians of one run, on one thread; ratios are of samples taken in turns. */
export interface SlotPathBench {
  readonly bareInferenceUs: number;
  /** Inference, envelope, actuator and read-back. */
  readonly slotUs: number;
  readonly slotOverInference: number;
  /** Largest resident set of one agent process with a policy, and with a learner beside it. */
  readonly peakDecidingMiB: number;
  readonly peakLearningMiB: number;
}

const warmUpSlots = 500;
const measuredSlots = 5000;
const learningMs = 10_000;

async function edgePolicy(): Promise<Uint8Array> {
  const learner = await createLearner({
    problem: slicingProblem(paperScenario, edgeLearner),
    config: edgeLearner,
    seed: 1,
  });
  const bytes = learner.exportPolicy({});
  await learner.close();
  return bytes;
}

function median(times: number[]): number {
  return times.sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.NaN;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startMs = performance.now();
  await work();
  return 1e3 * (performance.now() - startMs);
}

async function slotTimes(policy: OnnxPolicy): Promise<{ bareUs: number; slotUs: number }> {
  const system = createSlicingSystem(paperScenario);
  const nowNs = process.hrtime.bigint;
  const decisions = new DecisionMaker({ ...system, exploration: undefined, nowNs });
  decisions.policy = policy;
  const actuator = new RecordingActuator();
  await actuator.start();
  const simulation = new SlicingSimulation({ ...paperScenario, accessPoints: 1 }, 1);
  const [bare, slots]: [number[], number[]] = [[], []];
  for (let slot = 0; slot < warmUpSlots + measuredSlots; slot++) {
    const observation = simulation.next()[0]?.observation as Float64Array;
    const pass = async () => {
      const decision = await decisions.decide(observation, nowNs() + 8_000_000n);
      await actuator.apply(slot, decision.action);
      actuator.readBack();
    };
    const bareUs = await timed(() => policy.decide(observation));
    const slotUs = await timed(pass);
    if (slot < warmUpSlots) continue;
    bare.push(bareUs);
    slots.push(slotUs);
  }
  return { bareUs: median(bare), slotUs: median(slots) };
}

function start(...args: string[]): ChildProcess {
  const entry = fileURLToPath(new URL("../../cli/main.js", import.meta.url));
  return spawn(process.execPath, [entry, ...args], { stdio: ["ignore", "pipe", "ignore"] });
}

async function peakMiB(...args: string[]): Promise<number> {
  const agent = start("agent", "--json", ...args);
  const end = setTimeout(() => agent.kill("SIGTERM"), learningMs);
  const report = JSON.parse(await text(agent.stdout as NodeJS.ReadableStream)) as AgentReport;
  clearTimeout(end);
  return report.peakRssBytes / 2 ** 20;
}

async function peakMemory(folder: string, model: string) {
  const socket = join(folder, "bridge.sock");
  const simulator = start("simulate", "--listen", `unix:${socket}`);
  while (!existsSync(socket) && simulator.exitCode === null) await sleep(20);
  const connected = ["--bridge", `unix:${socket}`, "--model", model];
  const deciding = await peakMiB(...connected);
  const learning = await peakMiB(...connected, "--learn");
  const exited = once(simulator, "exit");
  simulator.kill("SIGTERM");
  await exited;
  return { deciding, learning };
}

/** Measures the slot path in this process, and the memory of agents as processes of `dist`. */
export async function benchSlotPath(): Promise<SlotPathBench> {
  const folder = mkdtempSync(join(tmpdir(), "slotwise-bench-"));
  try {
    const bytes = await edgePolicy();
    const model = join(folder, "policy.onnx");
    writeFileSync(model, bytes);
    const policy = await openOnnxPolicy(bytes, {
      name: "bench",
      observationLength: 6,
      actionLength: 6,
    });
    const { bareUs, slotUs } = await slotTimes(policy);
    await policy.release();
    const { deciding, learning } = await peakMemory(folder, model);
    return {
      bareInferenceUs: bareUs,
      slotUs,
      slotOverInference: slotUs / bareUs,
      peakDecidingMiB: deciding,
      peakLearningMiB: learning,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
