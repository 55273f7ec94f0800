import { type Outcome, systemOutcome } from "../../core/slicing/outcome.ts";
import type { UpdateMetrics } from "../learner.ts";
import type { RoundBytes } from "./site-federation.ts";

/** One site's episode in numbers: means over its slots and access points, exploration included. */
export interface EpisodeReport {
  readonly seed: number;
  readonly episode: number;
  /** Of the rewards learned from. */
  readonly meanReward: number;
  readonly meanDelayMs: number;
  readonly satisfaction: number;
  /** ε at the episode's end. */
  readonly explorationRate: number;
  readonly updates: number;
  /** Of the round after the episode; absent where nothing is shared. */
  readonly updateBytes?: number;
  readonly globalBytes?: number;
  /** Means of the updates' metrics; absent while there were none. */
  readonly tdLoss?: number;
  readonly meanValue?: number;
  readonly generatorLoss?: number;
  readonly discriminatorLoss?: number;
}

const metricNames = ["tdLoss", "meanValue", "generatorLoss", "discriminatorLoss"] as const;

/** Adds up one site's episode. */
export class EpisodeTally {
  private readonly sums = new Map<string, number>();
  private slots = 0;
  private busySlots = 0;
  private updates = 0;
  private bytes: RoundBytes | undefined;

  addSlot(outcomes: readonly (Outcome | undefined)[], rewards: readonly number[]): void {
    this.slots++;
    this.add("meanReward", rewards.reduce((a, b) => a + b, 0) / rewards.length);
    const system = systemOutcome(outcomes);
    if (system === undefined) return;
    this.busySlots++;
    this.add("meanDelayMs", system.meanDelayMs);
    this.add("satisfaction", system.satisfaction);
  }

  addUpdate(metrics: UpdateMetrics): void {
    this.updates++;
    for (const name of metricNames) {
      const value = metrics[name];
      if (value !== undefined) this.add(name, value);
    }
  }

  addRound(bytes: RoundBytes): void {
    this.bytes = bytes;
  }

  report(seed: number, episode: number, explorationRate: number): EpisodeReport {
    const { updates, slots, busySlots, sums } = this;
    const mean = (name: string, count: number) => (sums.get(name) ?? 0) / Math.max(1, count);
    const learned = metricNames
      .filter((name) => sums.has(name))
      .map((name) => [name, mean(name, updates)] as const);
    return {
      seed,
      episode,
      meanReward: mean("meanReward", slots),
      meanDelayMs: mean("meanDelayMs", busySlots),
      satisfaction: mean("satisfaction", busySlots),
      explorationRate,
      updates,
      ...this.bytes,
      ...Object.fromEntries(learned),
    };
  }

  private add(name: string, value: number): void {
    this.sums.set(name, (this.sums.get(name) ?? 0) + value);
  }
}
