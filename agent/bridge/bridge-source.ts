import type { ObservationReply } from "../../core/messages/bridge.ts";
import type { Tick } from "../clock/slot-clock.ts";
import type { Feedback, ObservationSource, Reading } from "../observe/observation-source.ts";

/** Observations from the simulator; the connection is the bridge's to start and stop. */
export class BridgeSource implements ObservationSource {
  private readonly agent: string;
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
  }

  /** The next slot to be observed is the first. */
  begin(): void {
    this.lost();
  }

  lost(): void {
    this.latest = undefined;
    this.firstSlot = undefined;
  }

  read(tick: Tick): Promise<Reading | undefined> {
    const { latest } = this;
    const values = latest?.observations[this.agent];
    if (latest?.slot !== tick.slot || values === undefined) return Promise.resolve(undefined);
    const observation = Float64Array.from(values);
    const feedback = this.feedbackOf(latest);
    return Promise.resolve(feedback === undefined ? { observation } : { observation, feedback });
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
