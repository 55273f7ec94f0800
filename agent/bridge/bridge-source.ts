import type { ObservationReply } from "../../core/messages/bridge.ts";
import type { Tick } from "../clock/slot-clock.ts";
import type { Feedback, ObservationSource, Reading } from "../observe/observation-source.ts";

/** Feedback kept for a loop that does not read; the oldest is dropped. */
const keptFeedback = 1000;

/** Observations from the simulator; the connection is the bridge's to start and stop. */
export class BridgeSource implements ObservationSource {
  private readonly agent: string;
  private feedback: Feedback[] = [];
  private latest: ObservationReply | undefined;
  /** The first of this session. What became of slots before it was not this agent's doing. */
  private firstSlot: number | undefined;

  constructor(agent: string) {
    this.agent = agent;
  }

  start(): Promise<void> {
    return Promise.resolve();
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }

  observed(observation: ObservationReply): void {
    this.latest = observation;
    this.firstSlot ??= observation.slot;
    const feedback = this.feedbackOf(observation);
    if (feedback === undefined) return;
    this.feedback.push(feedback);
    if (this.feedback.length > keptFeedback) this.feedback.shift();
  }

  /** The next slot to be observed is the first. */
  begin(): void {
    this.lost();
    this.feedback = [];
  }

  lost(): void {
    this.latest = undefined;
    this.firstSlot = undefined;
  }

  /** Feedback comes whether or not its slot, or this one, was seen in time. */
  read(tick: Tick): Promise<Reading> {
    const { latest, feedback } = this;
    this.feedback = [];
    const values = latest?.slot === tick.slot ? latest.observations[this.agent] : undefined;
    const observation = values === undefined ? undefined : Float64Array.from(values);
    return Promise.resolve({ observation, feedback });
  }

  private feedbackOf(reply: ObservationReply): Feedback | undefined {
    const info = reply.infos[this.agent];
    const reward = reply.rewards[this.agent];
    if (info === undefined || reward === undefined) return undefined;
    if (info.slot < (this.firstSlot ?? 0)) return undefined;
    const { slot, performance, references } = info;
    const truncated = reply.truncations[this.agent] ?? false;
    const terminated = reply.terminations[this.agent] ?? false;
    return {
      slot,
      applied: Float64Array.from(info.applied),
      reward,
      truncated: truncated || terminated,
      performance,
      references,
    };
  }
}
