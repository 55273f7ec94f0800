import { InferenceSession, Tensor } from "onnxruntime-node";
import type { OpenPolicy } from "./open-policy.ts";
import { policyRefused, reasonOf } from "./policy-refusal.ts";
import {
  allocationOutput,
  observationInput,
  type PolicyShape,
  signatureFault,
} from "./policy-signature.ts";
import { probeFault } from "./probe.ts";

export interface OnnxPolicyOptions extends PolicyShape {
  /** Named in refusals and reports. */
  readonly name: string;
  /**
   * What a slot leaves for an inference, ms. An inference cannot be interrupted, so a model that
   * takes longer is not opened.
   */
  readonly inferenceLimitMs?: number;
}

export interface OnnxPolicy extends OpenPolicy {
  /** The answer, [action length], is overwritten by the next call. */
  decide(observation: Float64Array): Promise<Float32Array>;
}

/** One thread, no pool: a policy of this size is slower on more, and the slot owns its thread. */
const sessionOptions: InferenceSession.SessionOptions = {
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  executionMode: "sequential",
  logSeverityLevel: 4,
};

async function openSession(bytes: Uint8Array, name: string): Promise<InferenceSession> {
  try {
    return await InferenceSession.create(bytes, sessionOptions);
  } catch (cause) {
    throw policyRefused(name, `a file ONNX Runtime cannot load: ${reasonOf(cause)}`, cause);
  }
}

class SessionPolicy implements OnnxPolicy {
  readonly name: string;
  private readonly session: InferenceSession;
  private readonly input: Float32Array;
  private readonly output: Float32Array;
  private readonly feeds: InferenceSession.FeedsType;
  private readonly fetches: InferenceSession.FetchesType;

  constructor(session: InferenceSession, options: OnnxPolicyOptions) {
    const { name, observationLength, actionLength } = options;
    this.name = name;
    this.session = session;
    this.input = new Float32Array(observationLength);
    this.output = new Float32Array(actionLength);
    this.feeds = { [observationInput]: new Tensor(this.input, [1, observationLength]) };
    this.fetches = { [allocationOutput]: new Tensor(this.output, [1, actionLength]) };
  }

  async decide(observation: Float64Array): Promise<Float32Array> {
    this.input.set(observation);
    await this.session.run(this.feeds, this.fetches);
    return this.output;
  }

  release(): Promise<void> {
    return this.session.release();
  }
}

const timedInferences = 5;

/** Warms the policy; says when even its fastest inference takes longer than a slot leaves. */
async function slownessFault(
  policy: OnnxPolicy,
  { observationLength, inferenceLimitMs = Infinity }: OnnxPolicyOptions,
): Promise<string | undefined> {
  const observation = new Float64Array(observationLength);
  let fastestMs = Infinity;
  for (let i = 0; i < timedInferences; i++) {
    const startedMs = performance.now();
    await policy.decide(observation);
    fastestMs = Math.min(fastestMs, performance.now() - startedMs);
  }
  if (fastestMs <= inferenceLimitMs) return undefined;
  return `inferences of ${fastestMs.toFixed(3)} ms where a slot leaves ${inferenceLimitMs} ms`;
}

async function fault(
  session: InferenceSession,
  policy: OnnxPolicy,
  options: OnnxPolicyOptions,
): Promise<string | undefined> {
  const mismatch = signatureFault(session, options);
  if (mismatch !== undefined) return mismatch;
  try {
    const wrong = await probeFault(session, options.observationLength);
    return wrong ?? (await slownessFault(policy, options));
  } catch (cause) {
    return `a failing inference: ${reasonOf(cause)}`;
  }
}

/**
 * Opens an ONNX policy held in memory (float32 `observation` [N, observation length] in raw units to
 * `allocation` [N, action length] in blocks), tries its answers and warms it.
 *
 * @throws SlotwiseError MODEL_REFUSED with the reason: unreadable file, other names or shapes, an
 *   inference that fails, gives a number that is not finite, or is too slow
 */
export async function openOnnxPolicy(
  bytes: Uint8Array,
  options: OnnxPolicyOptions,
): Promise<OnnxPolicy> {
  const session = await openSession(bytes, options.name);
  const policy = new SessionPolicy(session, options);
  const refused = await fault(session, policy, options);
  if (refused === undefined) return policy;
  await policy.release();
  throw policyRefused(options.name, refused);
}
