import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TrainingCounts } from "../../agent/train/training-session.ts";
import { SlotwiseError } from "../../core/errors.ts";
import { exportPolicy } from "../../learning/policy/export-policy.ts";
import { readPolicyFile } from "../../learning/policy/policy-file.ts";
import { slicingProblem } from "../../learning/problems/slicing.ts";
import { writeFileAtomic } from "../../platform/atomic-file.ts";
import { modelPath } from "../../platform/shipped-models.ts";
import { type TestbedOptions, withTestbed } from "./testbed.ts";
import { testbedScenario } from "./testbed-scenario.ts";
import { drawTrace } from "./trace/draw-trace.ts";

export interface FineTuneOptions extends Omit<TestbedOptions, "scenario" | "fault"> {
  /** What learning goes on from, an ONNX file. */
  readonly model: string;
  readonly seconds: number;
  /** Of the tasks, of exploration and of batches. */
  readonly seed: number;
  readonly explorationRate: number;
  readonly out: string;
  /** That the file's metadata names. */
  readonly command: string;
}

export interface FineTuneReport {
  readonly out: string;
  readonly bytes: number;
  readonly seconds: number;
  readonly training: TrainingCounts | null;
}

const traceSeconds = 10;

/** The same weights, with what they came from in the file's metadata. */
function withRecord(policy: Uint8Array, record: Readonly<Record<string, unknown>>): Uint8Array {
  const { scenario, learner, weights } = readPolicyFile(policy);
  return exportPolicy(slicingProblem(scenario, learner), learner, weights, record);
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

/**
 * Lets the agent of a testbed learn while it steers: rewards are of delays that its users measured. Tasks
 * are drawn anew every ten seconds. The policy learned last is the result.
 *
 * @throws SlotwiseError MODEL_REFUSED, TESTBED_UNAVAILABLE, PROCESS_FAILED; the signal's reason
 */
export async function fineTune(
  options: FineTuneOptions,
  signal: AbortSignal,
): Promise<FineTuneReport> {
  const { model, seconds, seed, explorationRate, out, command, onProgress } = options;
  readPolicyFile(await readFile(modelPath(model)));
  const scenario = testbedScenario;
  const slots = (1e3 * traceSeconds) / scenario.slotMs;
  const stateDir = await mkdtemp(join(tmpdir(), "slotwise-learned-"));
  try {
    const courses = await withTestbed({ ...options, scenario }, signal, async (testbed) => {
      await testbed.startAgents(model, signal, { stateDir, explorationRate, seed });
      for (let played = 0; played < seconds; played += traceSeconds) {
        onProgress(`learning: ${played} of ${seconds} s`);
        await testbed.play(drawTrace(scenario, seed + played / traceSeconds, slots), signal);
      }
      return await testbed.stopAgents();
    });
    const training = courses[0]?.report?.training ?? null;
    const record = { command, model, seed, seconds, explorationRate, ...training };
    const policy = withRecord(await keptPolicy(stateDir), record);
    await writeFileAtomic(out, policy);
    return { out, bytes: policy.length, seconds, training };
  } finally {
    await rm(stateDir, { recursive: true, force: true });
  }
}
