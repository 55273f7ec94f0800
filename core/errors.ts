/** Every way slotwise refuses or fails; documented in docs/errors.md. */
export type ErrorCode =
  | "ACTUATOR_UNAVAILABLE"
  | "BRIDGE_DISCONNECTED"
  | "BRIDGE_FRAME_INVALID"
  | "BRIDGE_REFUSED"
  | "BROKER_UNAVAILABLE"
  | "CONFIG_INVALID"
  | "DEVICE_LOCKED"
  | "ENGINE_UNAVAILABLE"
  | "GRAPH_INVALID"
  | "LEARNING_DIVERGED"
  | "MESSAGE_INVALID"
  | "MODEL_REFUSED"
  | "OBSERVATION_UNAVAILABLE"
  | "POLICY_INPUT_MISSING"
  | "PROCESS_FAILED"
  | "PROVISION_REFUSED"
  | "RESTORE_INCOMPLETE"
  | "SCENARIO_INVALID"
  | "STATE_INVALID"
  | "STATE_LOCKED"
  | "TESTBED_UNAVAILABLE"
  | "TRACE_INVALID"
  | "VECTORS_INVALID"
  | "WEIGHTS_INVALID"
  | "WORKER_FAILED";

/** What was expected, what came, and what follows from it. */
export interface ErrorFacts {
  readonly expected: string;
  readonly received: string;
  readonly consequence: string;
}

/** The one error type of slotwise: a code to switch on and the facts to read. */
export class SlotwiseError extends Error {
  readonly code: ErrorCode;
  readonly facts: ErrorFacts;

  constructor(code: ErrorCode, facts: ErrorFacts, options?: ErrorOptions) {
    super(`expected ${facts.expected}; received ${facts.received}; ${facts.consequence}`, options);
    this.name = "SlotwiseError";
    this.code = code;
    this.facts = facts;
  }
}

/** Undefined where it is none. One that comes from another thread has lost its class on the way. */
export function asSlotwiseError(error: unknown): SlotwiseError | undefined {
  if (error instanceof SlotwiseError) return error;
  if (!(error instanceof Error && error.name === "SlotwiseError")) return undefined;
  const { code, facts } = error as SlotwiseError;
  return new SlotwiseError(code, facts, { cause: error });
}
