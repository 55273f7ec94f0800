import type { Policy } from "../../core/policy.ts";
import type { OpenPolicy } from "./open-policy.ts";

/** A policy file that is to decide from some slot on. */
export interface PolicyOffer {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface PolicySwapEvents {
  /** This policy decides from the next slot. */
  installed(policy: Policy): void;
  /** The offer is not used; what decided before goes on deciding. */
  refused(offer: PolicyOffer, error: unknown): void;
}

/**
 * Changes the deciding policy between slots. Opening and trying one blocks the thread it decides in
 * for 2–5 ms (measured: a 0.4 MB policy, two busy x64 cores), so it begins right after a slot's action
 * is in force, when nearly all of the slot is left. The switch itself is an assignment at a later slot
 * boundary. Only the latest offer is opened.
 */
export class PolicySwap {
  private readonly open: (offer: PolicyOffer) => Promise<OpenPolicy>;
  private readonly events: PolicySwapEvents;
  private pending: PolicyOffer | undefined;
  private ready: OpenPolicy | undefined;
  private current: OpenPolicy | undefined;
  private latest: PolicyOffer | undefined;
  private opening = false;

  constructor(open: (offer: PolicyOffer) => Promise<OpenPolicy>, events: PolicySwapEvents) {
    this.open = open;
    this.events = events;
  }

  offer(offer: PolicyOffer): void {
    this.pending = offer;
  }

  /** Opens the last policy that could be opened anew, unless a newer one waits. */
  reopen(): void {
    this.pending ??= this.latest;
  }

  /** Called once per slot, when nothing is being decided. */
  betweenSlots(): void {
    this.install();
    if (this.pending === undefined || this.opening) return;
    const offer = this.pending;
    this.pending = undefined;
    void this.openNext(offer);
  }

  /** Opens and installs the first policy, before there are slots. */
  async start(offer: PolicyOffer): Promise<void> {
    await this.openNext(offer);
    this.install();
  }

  async stop(): Promise<void> {
    await this.ready?.release();
    await this.current?.release();
    this.ready = undefined;
    this.current = undefined;
  }

  private install(): void {
    const { ready, current } = this;
    if (ready === undefined) return;
    this.ready = undefined;
    this.current = ready;
    this.events.installed(ready);
    void current?.release();
  }

  private async openNext(offer: PolicyOffer): Promise<void> {
    this.opening = true;
    try {
      const policy = await this.open(offer);
      await this.ready?.release();
      this.ready = policy;
      this.latest = offer;
    } catch (error) {
      this.events.refused(offer, error);
    } finally {
      this.opening = false;
    }
  }
}
