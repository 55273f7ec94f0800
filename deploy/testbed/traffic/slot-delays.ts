import type { DelayReport } from "../../../core/messages/delay-report.ts";
import { type SlicingScenario, sliceOf } from "../../../core/slicing/scenario.ts";
import type { TaskPacket } from "./task-message.ts";

interface OpenSlot {
  /** Created in it; 0 until the first of them is done. */
  created: number;
  done: number;
  /** Tasks that were there in it, its own and those left from earlier slots. */
  there: number;
  delayMs: number;
  inTime: number;
}

/**
 * Sums up, for each slot of one access point, the tasks that its allocation served: those created in it and
 * those still there from earlier slots, each with the time that it took from this slot on. With new
 * tasks alone a slice whose queue is long would be given up: what a slot gives it shows only in the delays of
 * older tasks. A slot is reported when all tasks up to it are done, or when what is missing has reached
 * the delay cap (A3) and counts as that, unsatisfied.
 */
export class SlotDelays {
  private readonly scenario: SlicingScenario;
  private readonly firstSlotNs: bigint;
  private readonly report: (report: DelayReport) => void;
  private readonly open = new Map<number, OpenSlot>();
  private reported = -1;

  constructor(
    scenario: SlicingScenario,
    firstSlotNs: bigint,
    report: (report: DelayReport) => void,
  ) {
    this.scenario = scenario;
    this.firstSlotNs = firstSlotNs;
    this.report = report;
  }

  done({ slot, slice, tasksInSlot }: TaskPacket, delayMs: number): void {
    if (delayMs >= this.scenario.delayCapMs || slot <= this.reported) return;
    const own = this.slot(slot);
    own.created = tasksInSlot;
    own.done++;
    this.count(slot, delayMs, sliceOf(this.scenario, slice).maxDelayMs, 1);
    this.close((next) => {
      const open = this.open.get(next);
      return open !== undefined && open.created > 0 && open.done === open.created;
    });
  }

  /** Reports the slots of which nothing can come any more. */
  expire(nowNs: bigint): void {
    const { slotMs, delayCapMs } = this.scenario;
    const settled = Math.floor((Number(nowNs - this.firstSlotNs) / 1e6 - delayCapMs) / slotMs);
    this.close((next) => next < settled);
  }

  private slot(slot: number): OpenSlot {
    const open = this.open.get(slot) ?? { created: 0, done: 0, there: 0, delayMs: 0, inTime: 0 };
    this.open.set(slot, open);
    return open;
  }

  /** Tasks of a slot in every slot in which they were there. */
  private count(created: number, delayMs: number, limitMs: number, tasks: number): void {
    const { slotMs } = this.scenario;
    for (let slot = created, leftMs = delayMs; leftMs > 0; slot++, leftMs -= slotMs) {
      const open = this.slot(slot);
      open.there += tasks;
      open.delayMs += tasks * leftMs;
      open.inTime += leftMs <= limitMs ? tasks : 0;
    }
  }

  /** Slots are reported in their order, since what is left of one counts in the next. */
  private close(settled: (slot: number) => boolean): void {
    for (let next = this.reported + 1; settled(next); next++) {
      const { created, done } = this.slot(next);
      if (created > done) this.count(next, this.scenario.delayCapMs, 0, created - done);
      this.publish(next, this.slot(next));
      this.open.delete(next);
      this.reported = next;
    }
  }

  private publish(slot: number, { there, delayMs, inTime }: OpenSlot): void {
    if (there === 0) return;
    const slotNs = BigInt(Math.round(this.scenario.slotMs * 1e6));
    this.report({
      version: 1,
      slotStartedNs: String(this.firstSlotNs + BigInt(slot) * slotNs),
      tasks: there,
      meanDelayMs: delayMs / there,
      satisfaction: inTime / there,
    });
  }
}
