import type { DelayReport } from "../../../core/messages/delay-report.ts";
import { type SlicingScenario, sliceOf } from "../../../core/slicing/scenario.ts";
import type { TaskPacket } from "./task-message.ts";

interface OpenSlot {
  readonly tasks: number;
  done: number;
  delayMs: number;
  inTime: number;
}

/**
 * Sums up the tasks of each slot of one access point. A slot is reported when all its tasks are done, or
 * when what is missing has reached the delay cap (A3) and counts as that, unsatisfied.
 */
export class SlotDelays {
  private readonly scenario: SlicingScenario;
  private readonly firstSlotNs: bigint;
  private readonly report: (report: DelayReport) => void;
  private readonly open = new Map<number, OpenSlot>();

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
    if (delayMs >= this.scenario.delayCapMs) return;
    const open = this.open.get(slot) ?? { tasks: tasksInSlot, done: 0, delayMs: 0, inTime: 0 };
    this.open.set(slot, open);
    open.done++;
    open.delayMs += delayMs;
    open.inTime += delayMs <= sliceOf(this.scenario, slice).maxDelayMs ? 1 : 0;
    if (open.done === open.tasks) this.close(slot, open);
  }

  /** Reports the slots of which nothing can come any more. */
  expire(nowNs: bigint): void {
    const { slotMs, delayCapMs } = this.scenario;
    const settled = Math.floor((Number(nowNs - this.firstSlotNs) / 1e6 - delayCapMs) / slotMs);
    for (const [slot, open] of this.open) if (slot < settled) this.close(slot, open);
  }

  private close(slot: number, { tasks, done, delayMs, inTime }: OpenSlot): void {
    const { slotMs, delayCapMs } = this.scenario;
    this.open.delete(slot);
    const slotNs = BigInt(Math.round(slotMs * 1e6));
    this.report({
      version: 1,
      slotStartedNs: String(this.firstSlotNs + BigInt(slot) * slotNs),
      tasks,
      meanDelayMs: (delayMs + (tasks - done) * delayCapMs) / tasks,
      satisfaction: inTime / tasks,
    });
  }
}
