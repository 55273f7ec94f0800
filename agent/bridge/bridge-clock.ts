import type { HelloReply } from "../../core/messages/bridge.ts";
import type { SlotClock, Tick } from "../clock/slot-clock.ts";
import { SlotSchedule } from "./slot-schedule.ts";

/** A real-time slot whose observation has not come by this share of the period begins without it. */
const graceShare = 0.6;
/** Share of a slot an action may take; the rest is for its way to the simulator. */
const deadlineShare = 0.9;

interface Arrival {
  readonly slot: number;
  readonly arrivedNs: bigint;
}

/**
 * The simulator's slots as this agent's clock: a tick when a slot's observation arrives. Where it
 * does not arrive in time (real-time), or no simulator is there, the box's own clock goes on in step
 * with the last known schedule. A lockstep slot that has a simulator waits for it.
 */
export class BridgeClock implements SlotClock {
  private readonly nowNs: () => bigint;
  private readonly schedule: SlotSchedule;
  private slotPeriodMs: number;
  private lastSlot = -1;
  private session: HelloReply | undefined;
  /** The instance whose slot numbers are followed. */
  private instance: string | undefined;
  private sessionSeen = false;
  private arrival: Arrival | undefined;
  private resolve: ((tick: Tick | undefined) => void) | undefined;
  private timer: NodeJS.Timeout | undefined;
  private poll: NodeJS.Immediate | undefined;
  private stopped = false;

  constructor(slotPeriodMs: number, nowNs: () => bigint) {
    this.slotPeriodMs = slotPeriodMs;
    this.nowNs = nowNs;
    this.schedule = new SlotSchedule(0, nowNs(), slotPeriodMs);
  }

  next(): Promise<Tick | undefined> {
    if (this.stopped) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      this.resolve = resolve;
      this.reconsider();
    });
  }

  /** Passes over a real-time slot that has begun: whoever waits next begins with a whole one. */
  begin(): void {
    if (this.arrival === undefined || this.lockstep) return;
    this.lastSlot = this.arrival.slot;
    this.arrival = undefined;
  }

  stop(): void {
    this.stopped = true;
    this.answer(undefined);
  }

  joined(hello: HelloReply): void {
    this.session = hello;
    this.sessionSeen = false;
    this.arrival = undefined;
    this.slotPeriodMs = hello.slotPeriodMs;
    this.reconsider();
  }

  lost(): void {
    this.session = undefined;
    this.arrival = undefined;
    this.reconsider();
  }

  /** Of several that arrive together the last counts. */
  observed(slot: number, arrivedNs: bigint): void {
    if (!this.sessionSeen) this.follow(slot, arrivedNs);
    else if (this.session?.clock === "lockstep") {
      this.schedule.restart(slot, arrivedNs, this.slotPeriodMs);
    } else this.schedule.track(slot, arrivedNs);
    if (slot <= this.lastSlot) return;
    this.arrival = { slot, arrivedNs };
    queueMicrotask(() => this.reconsider());
  }

  /** A new simulator numbers its slots anew; one that was only out of reach has gone on counting. */
  private follow(slot: number, arrivedNs: bigint): void {
    const sameCount = this.session?.instance !== "" && this.session?.instance === this.instance;
    if (!sameCount || slot <= this.lastSlot) this.lastSlot = slot - 1;
    this.instance = this.session?.instance;
    this.sessionSeen = true;
    this.schedule.restart(slot, arrivedNs, this.slotPeriodMs);
  }

  private get lockstep(): boolean {
    return this.session?.clock === "lockstep";
  }

  private reconsider(): void {
    clearTimeout(this.timer);
    clearImmediate(this.poll);
    if (this.resolve === undefined) return;
    if (this.arrival !== undefined) this.tickOnArrival(this.arrival);
    else if (!this.lockstep) this.awaitArrival();
  }

  private tickOnArrival({ slot, arrivedNs }: Arrival): void {
    const startedNs = this.lockstep ? arrivedNs : this.schedule.startOf(slot);
    const windowMs = this.lockstep ? this.session?.stepTimeoutMs : undefined;
    this.tick(slot, startedNs, windowMs ?? this.slotPeriodMs);
  }

  /** After the last timer the sockets are read once more: a held-up process has mail waiting. */
  private awaitArrival(): void {
    const leftMs = Number(this.dueNs() - this.nowNs()) / 1e6;
    if (leftMs > 0) this.timer = setTimeout(() => this.reconsider(), Math.ceil(leftMs));
    else this.poll = setImmediate(() => this.tickUnobserved());
  }

  private dueNs(): bigint {
    const graceNs = this.session === undefined ? 0 : graceShare * this.slotPeriodMs * 1e6;
    return this.schedule.startOf(this.lastSlot + 1) + BigInt(Math.round(graceNs));
  }

  private tickUnobserved(): void {
    const nowNs = this.nowNs();
    const slot = Math.max(this.lastSlot + 1, this.schedule.slotAt(nowNs));
    this.tick(slot, this.schedule.startOf(slot), this.slotPeriodMs);
  }

  private tick(slot: number, startedNs: bigint, windowMs: number): void {
    const skipped = slot - this.lastSlot - 1;
    this.lastSlot = slot;
    this.arrival = undefined;
    const deadlineNs = startedNs + BigInt(Math.round(deadlineShare * windowMs * 1e6));
    this.answer({ slot, startedNs, deadlineNs, skipped });
  }

  private answer(tick: Tick | undefined): void {
    clearTimeout(this.timer);
    clearImmediate(this.poll);
    const { resolve } = this;
    this.resolve = undefined;
    resolve?.(tick);
  }
}
