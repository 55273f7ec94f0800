import { availableParallelism } from "node:os";
import { InferenceThread } from "./inference-thread.ts";
import { PolicyHost } from "./policy-host.ts";
import type { PolicyShape } from "./policy-signature.ts";
import { type PolicyOffer, PolicySwap, type PolicySwapEvents } from "./policy-swap.ts";
import type { PolicyWorkerSetup } from "./worker.ts";

export interface ModelPolicyEvents extends PolicySwapEvents {
  /** Inference hangs, or its thread has died; the policy is opened anew in another thread. */
  reopening(): void;
}

/** An inference takes less; to be put to sleep and woken costs a thread up to 0.1 ms on an idle CPU. */
const spinNs = 200_000n;

export interface ModelPolicyParts {
  readonly setup: PolicyWorkerSetup;
  readonly shape: PolicyShape;
  /** The monotonic instant after which an answer is of no use, when it is asked for. */
  readonly limitNs: () => bigint;
  readonly events: ModelPolicyEvents;
}

/** Policies from model files: opened in a thread of their own, changed between slots. */
export class ModelPolicies {
  private readonly host: PolicyHost;
  private readonly swap: PolicySwap;
  private readonly events: ModelPolicyEvents;

  constructor({ setup, shape, limitNs, events }: ModelPolicyParts) {
    const script = new URL("./worker.js", import.meta.url);
    const oneCpu = availableParallelism() === 1 || setup.schedule.cpu !== null;
    const parts = { script, setup, shape, limitNs, spinNs: oneCpu ? 0n : spinNs };
    this.events = events;
    this.host = new PolicyHost(() => new InferenceThread(parts));
    this.swap = new PolicySwap((offer) => this.host.open(offer), events);
  }

  /** Opens and installs the first policy, before there are slots. */
  start(offer: PolicyOffer): Promise<void> {
    return this.swap.start(offer);
  }

  offer(offer: PolicyOffer): void {
    this.swap.offer(offer);
  }

  /** Called once a slot, when nothing is being decided. */
  betweenSlots(): void {
    if (this.host.betweenSlots()) {
      this.swap.reopen();
      this.events.reopening();
    }
    this.swap.betweenSlots();
  }

  async stop(): Promise<void> {
    await this.swap.stop();
    await this.host.stop();
  }
}
