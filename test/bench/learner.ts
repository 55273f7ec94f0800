import { paperScenario } from "../../core/slicing/scenario.ts";
import type { LearnerConfig } from "../../learning/algorithms/learner-config.ts";
import { decideAll } from "../../learning/policy/policy-session.ts";
import { edgeLearner } from "../../learning/presets.ts";
import { slicingProblem } from "../../learning/problems/slicing.ts";
import { type Optimization, openSession } from "../../learning/runtime/session.ts";
import { filledStack, observations } from "./filled-stack.ts";
import { benchThroughput, type ThroughputOptions } from "./learner-throughput.ts";

/** Medians of one run, on one thread of the CPU; `throughput` on its provider. */
export interface LearnerBench {
  /** D3QN-GAN with the edge preset. */
  readonly updateMs: number;
  readonly updatesPerSecond: number;
  /** Cost of one D3QN-GAN update over one without the GAN, and of the joint head over `slice`. */
  readonly ganOverD3qn: number;
  readonly jointOverSlice: number;
  /** Opening the policy file once ONNX Runtime is warm, and one decision with it. */
  readonly policy: Readonly<Record<Optimization, { loadMs: number; decideUs: number }>>;
  /** Stacks of agents at the paper's width. */
  readonly throughput: Awaited<ReturnType<typeof benchThroughput>>;
}

const optimizations: readonly Optimization[] = ["disabled", "basic", "all"];
const { signature } = slicingProblem(paperScenario, edgeLearner);

async function median(runs: number, work: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < runs; i++) {
    const start = performance.now();
    await work();
    times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b)[Math.floor(runs / 2)] ?? Number.NaN;
}

const edgeStack = (over: Partial<LearnerConfig> = {}) =>
  filledStack({ ...edgeLearner, ...over }, 1);

async function medianUpdateMs(over: Partial<LearnerConfig>, runs: number): Promise<number> {
  const learner = await edgeStack(over);
  for (let i = 0; i < 10; i++) await learner.update();
  const ms = await median(runs, () => learner.update());
  await learner.close();
  return ms;
}

async function benchPolicy(bytes: Uint8Array, optimization: Optimization) {
  const [observation = new Float64Array()] = observations(1);
  const sessions: Awaited<ReturnType<typeof openSession>>[] = [];
  const open = async () => sessions.push(await openSession(bytes, { optimization }));
  await open();
  const loadMs = await median(11, open);
  const decide = () => decideAll(sessions[0] as (typeof sessions)[0], signature, [observation]);
  await median(50, decide);
  const decideUs = 1e3 * (await median(1000, decide));
  for (const session of sessions) await session.release();
  return { loadMs, decideUs };
}

/** Measures the learner: update cost, and loading and running the policy it exports. */
export async function benchLearner(options: ThroughputOptions): Promise<LearnerBench> {
  const updateMs = await medianUpdateMs({}, 300);
  const plainMs = await medianUpdateMs({ algorithm: "d3qn" }, 300);
  const jointMs = await medianUpdateMs({ head: "joint" }, 50);
  const learner = await edgeStack();
  const bytes = learner.exportPolicy(0, {});
  await learner.close();
  const policy = [];
  for (const level of optimizations) policy.push([level, await benchPolicy(bytes, level)] as const);
  return {
    updateMs,
    updatesPerSecond: 1e3 / updateMs,
    ganOverD3qn: updateMs / plainMs,
    jointOverSlice: jointMs / updateMs,
    policy: Object.fromEntries(policy) as LearnerBench["policy"],
    throughput: await benchThroughput(options),
  };
}
