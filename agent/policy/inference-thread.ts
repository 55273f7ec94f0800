import {
  MessageChannel,
  type MessagePort,
  receiveMessageOnPort,
  Worker,
} from "node:worker_threads";
import { SlotwiseError } from "../../core/errors.ts";
import type {
  InferenceAnswer,
  InferenceCommand,
  InferenceThreadData,
  OpeningReport,
} from "./inference-messages.ts";
import type { OpenPolicy } from "./open-policy.ts";
import { policyRefused } from "./policy-refusal.ts";
import type { PolicyOffer } from "./policy-swap.ts";

interface Opening {
  readonly resolve: (policy: OpenPolicy) => void;
  readonly reject: (error: Error) => void;
  readonly name: string;
}

const noAnswer = new Float64Array();

/**
 * A thread in which policies decide, asked one question at a time. The thread that asks sleeps until
 * the answer, or until an instant: an inference that takes longer, or hangs in native code where
 * nothing can interrupt it, holds up this thread alone.
 */
export class InferenceThread {
  private readonly worker: Worker;
  private readonly exited: Promise<void>;
  private readonly limitNs: () => bigint;
  private readonly answers: MessagePort;
  private readonly bell = new Int32Array(new SharedArrayBuffer(4));
  private readonly openings = new Map<number, Opening>();
  private policies = 0;
  private asked = 0;
  private answered = 0;
  private owedSlots = 0;
  private failure: string | undefined;

  /**
   * @param script of the thread; `setup` is for it
   * @param limitNs the monotonic instant after which an answer is of no use, when it is asked for
   */
  constructor(script: URL, setup: unknown, limitNs: () => bigint) {
    this.limitNs = limitNs;
    const { port1, port2 } = new MessageChannel();
    this.answers = port1;
    const data: InferenceThreadData<unknown> = { setup, answers: port2, bell: this.bell };
    this.worker = new Worker(script, { workerData: data, transferList: [port2] });
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
    this.takeAnswer();
    const idle = this.answered === this.asked && this.failure === undefined;
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
    this.worker.postMessage(command);
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
      decide: (observation) => this.decide(policy, observation),
      release: () => Promise.resolve(this.tell({ type: "release", policy })),
    });
  }

  private fail(reason: string): void {
    this.failure ??= reason;
    for (const { name, reject } of this.openings.values()) reject(policyRefused(name, reason));
    this.openings.clear();
  }

  /** Empty where no answer came in time; whoever asked looks at the clock first. */
  private decide(policy: number, observation: Float64Array): Float64Array {
    if (this.failure !== undefined) throw new Error(this.failure);
    if (!this.isFree()) return noAnswer;
    this.tell({ type: "decide", policy, question: ++this.asked, observation });
    const answer = this.awaitAnswer();
    if (answer === undefined) return noAnswer;
    if ("failure" in answer) throw new Error(answer.failure);
    return answer.action;
  }

  /** Whether nothing else is being decided, or no longer in time. */
  private isFree(): boolean {
    if (this.answered === this.asked) return process.hrtime.bigint() < this.limitNs();
    return this.awaitAnswer() !== undefined;
  }

  /** The answer to the latest question; undefined past the limit. */
  private awaitAnswer(): InferenceAnswer | undefined {
    for (;;) {
      const rung = Atomics.load(this.bell, 0);
      const answer = this.takeAnswer();
      if (answer !== undefined) return answer;
      const leftMs = Number(this.limitNs() - process.hrtime.bigint()) / 1e6;
      if (leftMs <= 0) return undefined;
      Atomics.wait(this.bell, 0, rung, leftMs);
    }
  }

  private takeAnswer(): InferenceAnswer | undefined {
    const answer = receiveMessageOnPort(this.answers)?.message as InferenceAnswer | undefined;
    if (answer !== undefined) this.answered = answer.question;
    return answer;
  }
}
