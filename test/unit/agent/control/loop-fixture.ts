import type { Actuator } from "../../../../agent/actuate/actuator.ts";
import { RecordingActuator } from "../../../../agent/actuate/recording-actuator.ts";
import { ScriptedClock } from "../../../../agent/clock/scripted-clock.ts";
import type { Tick } from "../../../../agent/clock/slot-clock.ts";
import { ControlLoop } from "../../../../agent/control/control-loop.ts";
import { DecisionMaker } from "../../../../agent/control/decision.ts";
import type { Exploration } from "../../../../agent/control/exploration.ts";
import { CommandLog } from "../../../../agent/control/read-back-check.ts";
import type { ControlMode, SlotOutcome } from "../../../../agent/control/slot-outcome.ts";
import { Trust } from "../../../../agent/control/trust.ts";
import type { ObservationSource } from "../../../../agent/observe/observation-source.ts";
import { ScriptedSource } from "../../../../agent/observe/scripted-source.ts";
import { createAllocationEnvelope } from "../../../../core/allocation/envelope.ts";
import type { Policy } from "../../../../core/policy.ts";

const slotNs = 10_000_000n;
export const safeAction = [6, 6, 6, 6, 6, 6];
export const policyAction = [4, 8, 6, 7, 7, 4];
export const someObservation = Float64Array.of(1, 2, 3, 4, 5, 6);

/** Monotonic time that stands still until it is moved. */
export class ManualClock {
  ns = 0n;
  readonly nowNs = (): bigint => this.ns;
  advanceMs(durationMs: number): void {
    this.ns += BigInt(Math.round(durationMs * 1e6));
  }
}

export function tickOf(slot: number, skipped = 0): Tick {
  const startedNs = BigInt(slot) * slotNs;
  return { slot, startedNs, deadlineNs: startedNs + slotNs, skipped };
}

export interface LoopUnderTest {
  readonly loop: ControlLoop;
  readonly decisions: DecisionMaker;
  readonly recorder: RecordingActuator;
  readonly time: ManualClock;
  readonly safeObservations: (Float64Array | undefined)[];
}

export interface LoopOptions {
  readonly policy?: Policy | undefined;
  readonly source?: ObservationSource;
  readonly actuator?: (recorder: RecordingActuator, time: ManualClock) => Actuator;
  readonly exploration?: Exploration;
  readonly time?: ManualClock;
  readonly ticks?: readonly Tick[];
  readonly mode?: ControlMode;
  readonly slewBlocks?: number;
}

const steadyPolicy: Policy = { name: "steady", decide: () => policyAction };

/** A loop of three slices and 18 blocks whose safe action is equal shares; the margin is 2 ms. */
export async function createLoop(options: LoopOptions = {}): Promise<LoopUnderTest> {
  const time = options.time ?? new ManualClock();
  const recorder = new RecordingActuator();
  await recorder.start();
  const safeObservations: (Float64Array | undefined)[] = [];
  const decisions = new DecisionMaker({
    envelope: createAllocationEnvelope({
      slices: 3,
      budgets: [18, 18],
      slewBlocks: options.slewBlocks ?? null,
    }),
    safePolicy: (last) => {
      safeObservations.push(last);
      return safeAction;
    },
    observationLength: 6,
    exploration: options.exploration,
    nowNs: time.nowNs,
  });
  decisions.policy = "policy" in options ? options.policy : steadyPolicy;
  const loop = new ControlLoop({
    clock: new ScriptedClock(options.ticks ?? []),
    source: options.source ?? new ScriptedSource(() => ({ observation: someObservation })),
    decisions,
    actuator: options.actuator?.(recorder, time) ?? recorder,
    commands: new CommandLog(0.01),
    trust: new Trust({ afterBadSlots: 3, recoverAfterSlots: 100 }),
    mode: options.mode ?? "enforce",
    nowNs: time.nowNs,
    marginNs: 2_000_000n,
  });
  return { loop, decisions, recorder, time, safeObservations };
}

export function lastRecorded(recorder: RecordingActuator): number[] {
  return Array.from(recorder.records.at(-1)?.applied ?? []);
}

export function outcomeOf(parts: Partial<SlotOutcome>): SlotOutcome {
  return {
    slot: 0,
    skipped: 0,
    observation: someObservation,
    action: Float64Array.from(policyAction),
    decider: "policy",
    fallback: undefined,
    altered: false,
    applied: true,
    late: false,
    latencyNs: 100_000n,
    readBacks: [],
    feedback: [],
    faults: [],
    events: [],
    ...parts,
  };
}
