import type { Actuator } from "../actuate/actuator.ts";
import type { SlotClock, Tick } from "../clock/slot-clock.ts";
import type { ObservationSource, Reading } from "../observe/observation-source.ts";
import { type Answer, before } from "./before.ts";
import type { Decision, DecisionMaker } from "./decision.ts";
import { type CommandLog, mismatchOf } from "./read-back-check.ts";
import type { ControlMode, Fault, ReadBackCheck, SlotOutcome } from "./slot-outcome.ts";
import type { Trust } from "./trust.ts";

export interface ControlLoopParts {
  readonly clock: SlotClock;
  readonly source: ObservationSource;
  readonly decisions: DecisionMaker;
  readonly actuator: Actuator;
  readonly commands: CommandLog;
  readonly trust: Trust;
  readonly mode: ControlMode;
  /** Monotonic clock of the ticks, ns. */
  readonly nowNs: () => bigint;
  /** Kept free before a deadline to put the safe action into force, ns. */
  readonly marginNs: bigint;
}

function faultOf(verb: Fault["verb"], answer: Answer<unknown>): Fault[] {
  return answer.kind === "failed" ? [{ verb, reason: answer.reason }] : [];
}

const undecided = {
  action: new Float64Array(),
  decider: "nobody",
  fallback: undefined,
  altered: false,
  fault: undefined,
} as const;

/** More slots than that are not confirmed in one. */
const mostReadBacks = 64;

/** The last action's answer is awaited no longer, ms. */
const lastAnswerMs = 1000;

/** What a device has confirmed, beside its commands. */
export interface ReadBacks {
  readonly checks: readonly ReadBackCheck[];
  /** Differences, and a device that cannot be read. */
  readonly faults: readonly Fault[];
}

/**
 * Read, decide, apply: once per tick. Whatever a port does, a slot ends with an action sent to the
 * actuator and with an outcome; nothing is thrown for a port's fault.
 */
export class ControlLoop {
  private readonly parts: ControlLoopParts;
  private sending: Promise<void> | undefined;

  constructor(parts: ControlLoopParts) {
    this.parts = parts;
  }

  /**
   * Runs until the clock stops or `onOutcome` returns false.
   *
   * @returns what was confirmed only after the last slot
   */
  async run(onOutcome: (outcome: SlotOutcome) => boolean): Promise<ReadBacks> {
    for (;;) {
      const tick = await this.parts.clock.next();
      if (tick === undefined || !onOutcome(await this.step(tick))) break;
    }
    await before(lastAnswerMs, () => this.sending);
    return await this.readBacks();
  }

  async step(tick: Tick): Promise<SlotOutcome> {
    const { nowNs, marginNs, mode, trust, decisions } = this.parts;
    const limitNs = tick.deadlineNs - marginNs;
    if (mode !== "observe") decisions.policy?.expect?.();
    const read = await this.read(tick, limitNs);
    const reading = read.kind === "value" ? read.value : undefined;
    const decision = await this.decide(reading?.observation, limitNs);
    const sent = await this.apply(tick, decision.action);
    const endedNs = nowNs();
    const readBacks = await this.readBacks();
    const inTime = sent.kind === "value" && endedNs <= tick.deadlineNs;
    const missed = !inTime || decision.fallback === "late-inference";
    return {
      slot: tick.slot,
      skipped: tick.skipped,
      ...decision,
      applied: inTime && mode === "enforce",
      late: sent.kind !== "failed" && !inTime,
      latencyNs: endedNs - tick.startedNs,
      readBacks: readBacks.checks,
      feedback: reading?.feedback ?? [],
      faults: [
        ...faultOf("observation", read),
        ...(decision.fault === undefined ? [] : [decision.fault]),
        ...faultOf("actuator", sent),
        ...readBacks.faults,
      ],
      events: trust.add(tick.skipped + (missed ? 1 : 0), readBacks.checks),
    };
  }

  private decide(observation: Float64Array | undefined, limitNs: bigint): Promise<Decision> {
    const { mode, decisions, trust } = this.parts;
    return mode === "observe"
      ? Promise.resolve({ observation, ...undecided })
      : decisions.decide(observation, limitNs, trust.withdrawn);
  }

  /**
   * Of this slot, and of earlier ones whose answers came late. What a device says is in force has nothing
   * to do with what is only rehearsed.
   */
  private async readBacks(): Promise<ReadBacks> {
    const { mode, commands, actuator } = this.parts;
    const checks: ReadBackCheck[] = [];
    const faults: Fault[] = [];
    for (let i = 0; i < mostReadBacks; i++) {
      const confirmed = await before(0, () => actuator.readBack());
      faults.push(...faultOf("read-back", confirmed));
      if (confirmed.kind !== "value" || confirmed.value === undefined) break;
      const check = mode === "enforce" ? commands.check(confirmed.value) : undefined;
      if (check !== undefined) checks.push(check);
    }
    return { checks, faults: [...checks.flatMap(mismatchOf), ...faults] };
  }

  private read(tick: Tick, limitNs: bigint): Promise<Answer<Reading>> {
    return before(this.remainingMs(limitNs), () => this.parts.source.read(tick));
  }

  private async apply(tick: Tick, action: Float64Array): Promise<Answer<void>> {
    const { commands, actuator, mode, decisions } = this.parts;
    if (mode === "observe") return { kind: "value", value: undefined };
    commands.record(tick.slot, action);
    const remainingMs = this.remainingMs(tick.deadlineNs);
    const sent = await before(remainingMs, () => {
      this.sending = actuator.apply(tick.slot, action);
      return this.sending;
    });
    decisions.settled(sent.kind === "value");
    return sent;
  }

  private remainingMs(instantNs: bigint): number {
    return Number(instantNs - this.parts.nowNs()) / 1e6;
  }
}
