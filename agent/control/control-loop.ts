import type { Actuator, ReadBack } from "../actuate/actuator.ts";
import type { SlotClock, Tick } from "../clock/slot-clock.ts";
import type { ObservationSource, Reading } from "../observe/observation-source.ts";
import { type Answer, before } from "./before.ts";
import type { Decision, DecisionMaker } from "./decision.ts";
import type { CommandLog } from "./read-back-check.ts";
import type { ControlMode, ReadBackCheck, SlotOutcome } from "./slot-outcome.ts";
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

function faultOf(verb: string, answer: Answer<unknown>): string[] {
  return answer.kind === "failed" ? [`${verb}: ${answer.reason}`] : [];
}

const undecided = {
  action: new Float64Array(),
  decider: "nobody",
  fallback: undefined,
  altered: false,
  fault: undefined,
} as const;

function mismatchOf(check: ReadBackCheck | undefined): string[] {
  if (check === undefined || check.matches) return [];
  const { slot, commanded, confirmed } = check;
  return [`read-back: slot ${slot} commanded ${commanded.join(" ")}, is ${confirmed.join(" ")}`];
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
    const { nowNs, marginNs, mode, trust, decisions } = this.parts;
    const limitNs = tick.deadlineNs - marginNs;
    if (mode !== "observe") decisions.policy?.expect?.();
    const read = await this.read(tick, limitNs);
    const reading = read.kind === "value" ? read.value : undefined;
    const decision = await this.decide(reading?.observation, limitNs);
    const sent = await this.apply(tick, decision.action);
    const endedNs = nowNs();
    const confirmed = await before(0, () => this.parts.actuator.readBack());
    const readBack = this.check(confirmed);
    const inTime = sent.kind === "value" && endedNs <= tick.deadlineNs;
    const missed = !inTime || decision.fallback === "late-inference";
    return {
      slot: tick.slot,
      skipped: tick.skipped,
      ...decision,
      applied: inTime && mode === "enforce",
      late: sent.kind !== "failed" && !inTime,
      latencyNs: endedNs - tick.startedNs,
      readBack,
      feedback: reading?.feedback ?? [],
      faults: [
        ...faultOf("observation", read),
        ...(decision.fault === undefined ? [] : [decision.fault]),
        ...faultOf("actuator", sent),
        ...faultOf("read-back", confirmed),
        ...mismatchOf(readBack),
      ],
      events: trust.add(tick.skipped + (missed ? 1 : 0), readBack),
    };
  }

  private decide(observation: Float64Array | undefined, limitNs: bigint): Promise<Decision> {
    const { mode, decisions, trust } = this.parts;
    return mode === "observe"
      ? Promise.resolve({ observation, ...undecided })
      : decisions.decide(observation, limitNs, trust.withdrawn);
  }

  /** What a device says is in force has nothing to do with what is only rehearsed. */
  private check(confirmed: Answer<ReadBack | undefined>): ReadBackCheck | undefined {
    const { mode, commands } = this.parts;
    if (mode !== "enforce" || confirmed.kind !== "value") return undefined;
    return commands.check(confirmed.value);
  }

  private read(tick: Tick, limitNs: bigint): Promise<Answer<Reading>> {
    return before(this.remainingMs(limitNs), () => this.parts.source.read(tick));
  }

  private async apply(tick: Tick, action: Float64Array): Promise<Answer<void>> {
    const { commands, actuator, mode, decisions } = this.parts;
    if (mode === "observe") return { kind: "value", value: undefined };
    commands.record(tick.slot, action);
    const remainingMs = this.remainingMs(tick.deadlineNs);
    const sent = await before(remainingMs, () => actuator.apply(tick.slot, action));
    decisions.settled(sent.kind === "value");
    return sent;
  }

  private remainingMs(instantNs: bigint): number {
    return Number(instantNs - this.parts.nowNs()) / 1e6;
  }
}
