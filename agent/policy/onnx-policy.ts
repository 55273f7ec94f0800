import { InferenceSession, Tensor } from "onnxruntime-node";
import { SlotwiseError } from "../../core/errors.ts";
import type { Policy } from "../../core/policy.ts";
import {
  allocationOutput,
  observationInput,
  type PolicyShape,
  signatureFault,
} from "./policy-signature.ts";
import { probeObservations } from "./probe.ts";

export interface OnnxPolicyOptions extends PolicyShape {
  /** Named in refusals and reports. */
  readonly name: string;
}

/** A policy that holds an ONNX Runtime session until it is released. */
export interface OnnxPolicy extends Policy {
  /** The answer is overwritten by the next call. */
  decide(observation: Float64Array): Promise<Float32Array>;
  release(): Promise<void>;
}

/** One thread, no pool: a policy of this size is slower on more, and the slot owns its thread. */
const sessionOptions: InferenceSession.SessionOptions = {
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  executionMode: "sequential",
  logSeverityLevel: 4,
};

function refusal(name: string, received: string, cause?: unknown): SlotwiseError {
  return new SlotwiseError(
    "MODEL_REFUSED",
    {
      expected: `a slotwise policy in ${name}`,
      received,
      consequence: "the model is not used",
    },
    { cause },
  );
}

async function openSession(bytes: Uint8Array, name: string): Promise<InferenceSession> {
  try {
    return await InferenceSession.create(bytes, sessionOptions);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw refusal(name, `a file ONNX Runtime cannot load: ${reason.slice(0, 300)}`, cause);
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

  async decide(observation: ArrayLike<number>): Promise<Float32Array> {
    this.input.set(observation);
    await this.session.run(this.feeds, this.fetches);
    return this.output;
  }

  release(): Promise<void> {
    return this.session.release();
  }
}

async function probeFault(policy: SessionPolicy, length: number): Promise<string | undefined> {
  try {
    for (const probe of probeObservations(length)) {
      const action = await policy.decide(probe);
      if (!action.every(Number.isFinite)) {
        return `[${action.join(", ")}] as the action for observation [${probe.join(", ")}]`;
      }
    }
    return undefined;
  } catch (cause) {
    return `a failing inference: ${cause instanceof Error ? cause.message : String(cause)}`;
  }
}

/**
 * Opens an ONNX policy file held in memory (a Float32 `observation` in raw units, [1, observation
 * length], to an `allocation` in blocks, [1, action length]) and tries it before it is trusted.
 *
 * @throws SlotwiseError MODEL_REFUSED with the reason: unreadable file, other names or shapes, an
 *   inference that fails or gives a number that is not finite
 */
export async function loadOnnxPolicy(
  bytes: Uint8Array,
  options: OnnxPolicyOptions,
): Promise<OnnxPolicy> {
  const session = await openSession(bytes, options.name);
  const policy = new SessionPolicy(session, options);
  const fault =
    signatureFault(session, options) ?? (await probeFault(policy, options.observationLength));
  if (fault === undefined) return policy;
  await policy.release();
  throw refusal(options.name, fault);
}
