import { setTimeout as sleep } from "node:timers/promises";
import type { InferenceThread } from "./inference-thread.ts";
import type { OpenPolicy } from "./open-policy.ts";
import type { PolicyOffer } from "./policy-swap.ts";

/** A thread that has owed an answer for as many slots is taken to hang. */
const hungAfterSlots = 100;

/** Native code cannot be ended, only left behind: threads that hang, each with its memory. */
const mostLeftBehind = 2;

/** A thread that has not ended by then ends with the process. */
const stopGraceMs = 1000;

/** Where policies are opened: one thread at a time, and another when that hangs or dies. */
export class PolicyHost {
  private readonly create: () => InferenceThread;
  private thread: InferenceThread | undefined;
  private leftBehind = 0;

  constructor(create: () => InferenceThread) {
    this.create = create;
  }

  open(offer: PolicyOffer): Promise<OpenPolicy> {
    this.thread ??= this.create();
    return this.thread.open(offer);
  }

  /**
   * Called once a slot, when nothing is being decided.
   *
   * @returns whether the thread has been given up, so that what decided in it must be opened anew
   */
  betweenSlots(): boolean {
    const { thread } = this;
    thread?.betweenSlots();
    if (thread === undefined || thread.silentSlots < hungAfterSlots) return false;
    if (this.leftBehind >= mostLeftBehind) return false;
    this.leftBehind++;
    void thread.stop().then(() => {
      this.leftBehind--;
    });
    thread.unref();
    this.thread = undefined;
    return true;
  }

  async stop(): Promise<void> {
    const { thread } = this;
    if (thread === undefined) return;
    const ended = thread.stop();
    await Promise.race([ended, sleep(stopGraceMs, undefined, { ref: false })]);
    thread.unref();
  }
}
