import {
  MessageChannel,
  type MessagePort,
  receiveMessageOnPort,
  Worker,
} from "node:worker_threads";
import { SlotwiseError } from "../../core/errors.ts";
import {
  type Exchange,
  exchanged,
  type InferenceCommand,
  type InferenceThreadData,
  type OpeningReport,
} from "./inference-messages.ts";
import type { OpenPolicy } from "./open-policy.ts";
import { policyRefused } from "./policy-refusal.ts";
import type { PolicyShape } from "./policy-signature.ts";
import type { PolicyOffer } from "./policy-swap.ts";

export interface InferenceThreadParts {
  readonly script: URL;
  /** For the script. */
  readonly setup: unknown;
  readonly shape: PolicyShape;
  /** The monotonic instant after which an answer is of no use, when it is asked for. */
  readonly limitNs: () => bigint;
  /** How long an answer is looked for before the thread that asked sleeps; 0 where both share a CPU. */
  readonly spinNs: bigint;
}

interface Opening {
  readonly resolve: (policy: OpenPolicy) => void;
  readonly reject: (error: Error) => void;
  readonly name: string;
}

const noAnswer = new Float64Array();

function createExchange({ observationLength, actionLength }: PolicyShape): Exchange {
  const shared = (doubles: number) => new Float64Array(new SharedArrayBuffer(8 * doubles));
  const numbers = new Int32Array(new SharedArrayBuffer(4 * Object.keys(exchanged).length));
  return { numbers, observation: shared(observationLength), action: shared(actionLength) };
}

/**
 * A thread in which policies decide, asked one question at a time. The thread that asks waits for the
 * answer, or until an instant: an inference that takes longer, or hangs in native code where
 * nothing can interrupt it, holds up this thread alone.
 */
export class InferenceThread {
  private readonly worker: Worker;
  private readonly exited: Promise<void>;
  private readonly limitNs: () => bigint;
  private readonly spinNs: bigint;
  private readonly port: MessagePort;
  private readonly exchange: Exchange;
  private readonly openings = new Map<number, Opening>();
  private policies = 0;
  private asked = 0;
  private owedSlots = 0;
  private failure: string | undefined;

  constructor({ script, setup, shape, limitNs, spinNs }: InferenceThreadParts) {
    this.limitNs = limitNs;
    this.spinNs = spinNs;
    this.exchange = createExchange(shape);
    const { port1, port2 } = new MessageChannel();
    this.port = port1;
    const { exchange } = this;
    const workerData: InferenceThreadData<unknown> = { setup, exchange, port: port2 };
    this.worker = new Worker(script, { workerData, transferList: [port2] });
    this.worker.on("message", (report: OpeningReport) => this.settle(report));
    this.worker.on("error", (error) => this.fail(error.message));
    this.exited = new Promise((resolve) => this.worker.once("exit", () => resolve()));
  }

  /** Slots for which an answer has been owed, or the thread dead. */
  get silentSlots(): number {
    return this.owedSlots;
  }

  /** @throws SlotwiseError MODEL_REFUSED with the reason */
  open({ name, bytes }: PolicyOffer): Promise<OpenPolicy> {
    if (this.failure !== undefined) return Promise.reject(policyRefused(name, this.failure));
    return new Promise((resolve, reject) => {
      const policy = this.policies++;
      this.openings.set(policy, { resolve, reject, name });
      this.tell({ type: "open", policy, name, bytes });
    });
  }

  /** Called once a slot, when nothing is being decided. */
  betweenSlots(): void {
    const idle = this.isAnswered() && this.failure === undefined;
    this.owedSlots = idle ? 0 : this.owedSlots + 1;
  }

  /**
   * Asks the thread to end, and resolves when it has. It is not forced to: ONNX Runtime ends the whole
   * process when its thread is terminated in a call.
   */
  stop(): Promise<void> {
    this.fail("the end of its thread");
    this.tell({ type: "stop" });
    return this.exited;
  }

  /** Lets the process go on without it. */
  unref(): void {
    this.worker.unref();
  }

  private tell(command: InferenceCommand): void {
    this.port.postMessage(command);
    this.ring();
  }

  private ring(): void {
    const { numbers } = this.exchange;
    Atomics.add(numbers, exchanged.bell, 1);
    Atomics.notify(numbers, exchanged.bell);
  }

  private settle(report: OpeningReport): void {
    const { policy } = report;
    const opening = this.openings.get(policy);
    this.openings.delete(policy);
    if (report.type === "refused") {
      opening?.reject(new SlotwiseError("MODEL_REFUSED", report.facts));
      return;
    }
    opening?.resolve({
      name: opening.name,
      expect: () => this.expect(),
      decide: (observation) => this.decide(policy, observation),
      release: () => Promise.resolve(this.tell({ type: "release", policy })),
    });
  }

  private fail(reason: string): void {
    this.failure ??= reason;
    for (const { name, reject } of this.openings.values()) reject(policyRefused(name, reason));
    this.openings.clear();
  }

  /** Wakes the thread ahead of a question: that takes as long as observing does. */
  private expect(): void {
    if (this.spinNs === 0n) return;
    Atomics.store(this.exchange.numbers, exchanged.expected, 1);
    this.ring();
  }

  /** Empty where no answer came in time; whoever asked looks at the clock first. */
  private decide(policy: number, observation: Float64Array): Float64Array {
    if (this.failure !== undefined) throw new Error(this.failure);
    if (!this.isFree()) return noAnswer;
    this.ask(policy, observation);
    return this.awaitAnswer() ? this.answer() : noAnswer;
  }

  private ask(policy: number, observation: Float64Array): void {
    const { numbers, observation: asked } = this.exchange;
    // Of an answer that nobody waited for.
    this.failureReason();
    asked.set(observation);
    numbers[exchanged.policy] = policy;
    numbers[exchanged.observationLength] = observation.length;
    this.asked = (this.asked + 1) | 0;
    Atomics.store(numbers, exchanged.asked, this.asked);
    this.ring();
  }

  private answer(): Float64Array {
    const { numbers, action } = this.exchange;
    const length = numbers[exchanged.actionLength] as number;
    if (length >= 0) return action.slice(0, length);
    throw new Error(this.failureReason());
  }

  private failureReason(): string | undefined {
    return receiveMessageOnPort(this.port)?.message as string | undefined;
  }

  private isAnswered(): boolean {
    return Atomics.load(this.exchange.numbers, exchanged.answered) === this.asked;
  }

  /** Whether nothing else is being decided, or no longer in time. */
  private isFree(): boolean {
    return this.isAnswered() ? process.hrtime.bigint() < this.limitNs() : this.awaitAnswer();
  }

  /** Whether the latest question was answered before the limit. */
  private awaitAnswer(): boolean {
    const { numbers } = this.exchange;
    const spinUntilNs = process.hrtime.bigint() + this.spinNs;
    for (;;) {
      const answered = Atomics.load(numbers, exchanged.answered);
      if (answered === this.asked) return true;
      const nowNs = process.hrtime.bigint();
      const leftNs = this.limitNs() - nowNs;
      if (leftNs <= 0n) return false;
      if (nowNs >= spinUntilNs) {
        Atomics.wait(numbers, exchanged.answered, answered, Number(leftNs) / 1e6);
      }
    }
  }
}
