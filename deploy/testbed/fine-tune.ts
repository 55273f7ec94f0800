import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TrainingCounts } from "../../agent/train/training-session.ts";
import { SlotwiseError } from "../../core/errors.ts";
import type { LearnerConfig } from "../../learning/algorithms/learner-config.ts";
import { exportPolicy } from "../../learning/policy/export-policy.ts";
import { readPolicyFile } from "../../learning/policy/policy-file.ts";
import { slicingProblem } from "../../learning/problems/slicing.ts";
import { writeFileAtomic } from "../../platform/atomic-file.ts";
import { modelPath } from "../../platform/shipped-models.ts";
import type { Learning } from "./agent-site.ts";
import { type HeldOutResult, judgeHeldOut } from "./held-out.ts";
import { playContest } from "./run-contest.ts";
import { type Testbed, type TestbedOptions, withTestbed } from "./testbed.ts";
import { testbedScenario } from "./testbed-scenario.ts";
import type { ArrivalsTrace } from "./trace/arrivals-trace.ts";
import { drawTrace } from "./trace/draw-trace.ts";

export interface FineTuneOptions extends Omit<TestbedOptions, "scenario" | "fault"> {
  /** What learning goes on from, an ONNX file. */
  readonly model: string;
  readonly seconds: number;
  /** Of the tasks, of exploration and of batches. */
  readonly seed: number;
  readonly explorationRate: number;
  /** η, constant: what is trained already takes small steps only. */
  readonly learningRate: number;
  /** Traces to compare what was learned with its start on. */
  readonly heldOut: number;
  readonly out: string;
  /** That the file's metadata names. */
  readonly command: string;
}

export interface FineTuneReport {
  readonly out: string;
  readonly bytes: number;
  readonly seconds: number;
  readonly training: TrainingCounts | null;
  readonly heldOut: HeldOutResult;
}

const traceSeconds = 10;

/** Traces of ten seconds of this seed and those that follow. */
function drawnFrom(seed: number, count: number): ArrivalsTrace[] {
  const slots = (1e3 * traceSeconds) / testbedScenario.slotMs;
  return Array.from({ length: Math.ceil(count) }, (_, i) =>
    drawTrace(testbedScenario, seed + i, slots),
  );
}

/** The same weights, with what they came from in the file's metadata. */
function withRecord(policy: Uint8Array, record: Readonly<Record<string, unknown>>): Uint8Array {
  const { scenario, learner, weights } = readPolicyFile(policy);
  return exportPolicy(slicingProblem(scenario, learner), learner, weights, record);
}

/**
 * Small, constant steps, and no adversarial term: a file holds no discriminator, and one that starts from
 * nothing undoes what the generator knows.
 */
function goingOn(learner: LearnerConfig, learningRate: number): LearnerConfig {
  return {
    ...learner,
    generatorLearningRate: learningRate,
    learningRateDecay: { ...learner.learningRateDecay, factor: 1 },
    adversarialWeight: 0,
  };
}

/** The only policy that an agent has kept. */
async function keptPolicy(stateDir: string): Promise<Uint8Array> {
  const [name] = await readdir(stateDir);
  if (name !== undefined) return await readFile(join(stateDir, name));
  throw new SlotwiseError("PROCESS_FAILED", {
    expected: "the agent to keep a learned policy",
    received: "none: it learned for less than an episode",
    consequence: "nothing was written",
  });
}

/** Lets the agent of a testbed learn while it steers, and gives the policy that it learned last. */
async function learn(
  testbed: Testbed,
  { model, seconds, onProgress }: FineTuneOptions,
  learning: Learning,
  signal: AbortSignal,
) {
  await testbed.startAgents(model, signal, learning);
  for (const [played, trace] of drawnFrom(learning.seed, seconds / traceSeconds).entries()) {
    onProgress(`learning: ${played * traceSeconds} of ${seconds} s`);
    await testbed.play(trace, signal);
  }
  const [course] = await testbed.stopAgents();
  const training = course?.report?.training ?? null;
  return { policy: await keptPolicy(learning.stateDir), training };
}

/**
 * Lets the agent of a testbed learn while it steers: rewards are of delays that its users measured. Tasks
 * are drawn anew every ten seconds. The policy learned last and the one it came from then play traces that
 * come after these; the one that earns more is the result.
 *
 * @throws SlotwiseError MODEL_REFUSED, TESTBED_UNAVAILABLE, PROCESS_FAILED; the signal's reason
 */
export async function fineTune(
  options: FineTuneOptions,
  signal: AbortSignal,
): Promise<FineTuneReport> {
  const { model, seconds, seed, heldOut, out, command, onProgress } = options;
  const { explorationRate, learningRate } = options;
  const start = await readFile(modelPath(model));
  const config = goingOn(readPolicyFile(start).learner, learningRate);
  const folder = await mkdtemp(join(tmpdir(), "slotwise-learned-"));
  const stateDir = join(folder, "state");
  const learnedFile = join(folder, "learned.onnx");
  await mkdir(stateDir);
  try {
    const scenario = testbedScenario;
    return await withTestbed({ ...options, scenario }, signal, async (testbed) => {
      const learning = { stateDir, explorationRate, seed, config };
      const { policy: learned, training } = await learn(testbed, options, learning, signal);
      await writeFile(learnedFile, learned);
      const traces = drawnFrom(seed + Math.ceil(seconds / traceSeconds), heldOut);
      const contest = { traces, policies: [model, learnedFile], onProgress };
      const plays = await playContest(testbed, contest, signal);
      const judged = judgeHeldOut(plays, model, learnedFile);
      const kept = judged.kept === "learned" ? learned : start;
      const rates = { explorationRate, learningRate };
      const record = { command, model, seed, seconds, ...training, ...rates, heldOut: judged };
      const policy = withRecord(kept, record);
      await writeFileAtomic(out, policy);
      return { out, bytes: policy.length, seconds, training, heldOut: judged };
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
