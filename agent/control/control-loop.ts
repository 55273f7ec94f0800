import type { Actuator } from "../actuate/actuator.ts";
import type { SlotClock, Tick } from "../clock/slot-clock.ts";
import type { ObservationSource, Reading } from "../observe/observation-source.ts";
import { type Answer, before } from "./before.ts";
import type { DecisionMaker } from "./decision.ts";
import type { CommandLog } from "./read-back-check.ts";
import type { SlotOutcome } from "./slot-outcome.ts";

export interface ControlLoopParts {
  readonly clock: SlotClock;
  readonly source: ObservationSource;
  readonly decisions: DecisionMaker;
  readonly actuator: Actuator;
  readonly commands: CommandLog;
  /** Monotonic clock of the ticks, ns. */
  readonly nowNs: () => bigint;
  /** Kept free before a deadline to put the safe action into force, ns. */
  readonly marginNs: bigint;
}

function faultOf(verb: string, answer: Answer<unknown>): string[] {
  return answer.kind === "failed" ? [`${verb}: ${answer.reason}`] : [];
}

/**
 * Read, decide, apply: once per tick. Whatever a port does, a slot ends with an action sent to the
 * actuator and with an outcome; nothing is thrown for a port's fault.
 */
export class ControlLoop {
  private readonly parts: ControlLoopParts;

  constructor(parts: ControlLoopParts) {
    this.parts = parts;
  }

  /** Runs until the clock stops or `onOutcome` returns false. */
  async run(onOutcome: (outcome: SlotOutcome) => boolean): Promise<void> {
    for (;;) {
      const tick = await this.parts.clock.next();
      if (tick === undefined || !onOutcome(await this.step(tick))) return;
    }
  }

  async step(tick: Tick): Promise<SlotOutcome> {
    const { decisions, nowNs, marginNs } = this.parts;
    const limitNs = tick.deadlineNs - marginNs;
    const read = await this.read(tick, limitNs);
    const reading = read.kind === "value" ? read.value : undefined;
    const decision = await decisions.decide(reading?.observation, limitNs);
    const sent = await this.apply(tick, decision.action);
    const endedNs = nowNs();
    const confirmed = await before(0, () => this.parts.actuator.readBack());
    const inTime = endedNs <= tick.deadlineNs;
    return {
      slot: tick.slot,
      skipped: tick.skipped,
      observation: decision.observation,
      action: decision.action,
      decider: decision.decider,
      fallback: decision.fallback,
      altered: decision.altered,
      applied: sent.kind === "value" && inTime,
      late: sent.kind === "late" || (sent.kind === "value" && !inTime),
      latencyNs: endedNs - tick.startedNs,
      readBack: this.parts.commands.check(confirmed.kind === "value" ? confirmed.value : undefined),
      feedback: reading?.feedback ?? [],
      faults: [
        ...faultOf("observation", read),
        ...(decision.fault === undefined ? [] : [decision.fault]),
        ...faultOf("actuator", sent),
        ...faultOf("read-back", confirmed),
      ],
    };
  }

  private read(tick: Tick, limitNs: bigint): Promise<Answer<Reading>> {
    return before(this.remainingMs(limitNs), () => this.parts.source.read(tick));
  }

  private apply(tick: Tick, action: Float64Array): Promise<Answer<void>> {
    const { commands, actuator } = this.parts;
    commands.record(tick.slot, action);
    return before(this.remainingMs(tick.deadlineNs), () => actuator.apply(tick.slot, action));
  }

  private remainingMs(instantNs: bigint): number {
    return Number(instantNs - this.parts.nowNs()) / 1e6;
  }
}
