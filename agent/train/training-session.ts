import { setImmediate as eventLoopTurn } from "node:timers/promises";
import type { Weights } from "../../core/weights/tensor.ts";
import type { Learner, Transition } from "../../learning/learner.ts";

/** A transition as the control loop assembled it. */
export interface OnlineTransition extends Transition {
  /** Its slot was the last of its episode. */
  readonly truncated: boolean;
}

export interface TrainingCounts {
  readonly transitions: number;
  /** Transitions the learner cannot use. */
  readonly refused: number;
  readonly updates: number;
  /** Updates left out because learning could not keep up. */
  readonly droppedUpdates: number;
  readonly episodes: number;
  /** Exported policies that failed their check. */
  readonly withheld: number;
  /** ε of the learner's own schedule. */
  readonly explorationRate: number;
}

export interface TrainingEvents {
  /** `samples`: slots learned from since the start, or since the last model taken over. */
  episodeEnded(weights: Weights, samples: number): void;
  /** A policy to decide with from now on, and the learner's own ε. */
  exported(policy: Uint8Array, explorationRate: number): void;
  /** A policy failed its check; the one in force stays. */
  withheld(reason: string): void;
}

export interface TrainingOptions {
  readonly updatesPerSlot: number;
  /** Updates put off before they are dropped. */
  readonly maxOwedUpdates: number;
  /** An episode ends after as many slots where nothing else says so. */
  readonly episodeSlots: number;
  /** Why an exported policy must not decide; undefined when it may. */
  readonly check: (policy: Uint8Array) => Promise<string | undefined>;
}

/**
 * Learning beside a running loop: every transition is remembered and owes a number of updates.
 * Updates that cannot be made in time are dropped, so learning never trails the slots.
 */
export class TrainingSession {
  private readonly learner: Learner;
  private readonly options: TrainingOptions;
  private readonly events: TrainingEvents;
  private readonly count = {
    transitions: 0,
    refused: 0,
    updates: 0,
    droppedUpdates: 0,
    episodes: 0,
    withheld: 0,
  };
  private owed = 0;
  private episodeSlots = 0;
  private samples = 0;
  private endedEpisode = false;
  /** Since the last episode's end; then the next global model is near, and exporting can wait for it. */
  private tookOver = false;
  private readonly takeOvers: (() => Promise<void>)[] = [];
  private working = false;
  private stopped = false;

  constructor(learner: Learner, options: TrainingOptions, events: TrainingEvents) {
    this.learner = learner;
    this.options = options;
    this.events = events;
  }

  get counts(): TrainingCounts {
    const explorationRate = this.learner.explorationRate(this.count.transitions);
    return { ...this.count, explorationRate };
  }

  learn(transition: OnlineTransition): void {
    this.count.transitions++;
    if (this.learner.remember(transition)) {
      this.samples++;
      this.owe(this.options.updatesPerSlot);
    } else {
      this.count.refused++;
    }
    this.episodeSlots++;
    if (transition.truncated || this.episodeSlots >= this.options.episodeSlots) {
      this.episodeSlots = 0;
      this.count.episodes++;
      this.endedEpisode = true;
    }
    this.wake();
  }

  /**
   * Goes on from global weights (18) once the update in progress is done; resolves then.
   *
   * @throws SlotwiseError WEIGHTS_INVALID when they do not fit; learning goes on from its own
   */
  takeOver(weights: Weights): Promise<void> {
    return new Promise((resolve, reject) => {
      this.takeOvers.push(async () => {
        try {
          this.learner.loadGenerator(weights);
          this.samples = 0;
          this.tookOver = true;
          await this.exportFrom("federation");
          resolve();
        } catch (error) {
          reject(error);
        }
      });
      this.wake();
    });
  }

  async stop(): Promise<void> {
    this.stopped = true;
    while (this.working) await eventLoopTurn();
    await this.learner.close();
  }

  private owe(updates: number): void {
    const owed = this.owed + updates;
    this.owed = Math.min(owed, this.options.maxOwedUpdates);
    this.count.droppedUpdates += owed - this.owed;
  }

  private wake(): void {
    if (this.working) return;
    this.working = true;
    void this.work().finally(() => {
      this.working = false;
    });
  }

  /** One call of the learner at a time; messages are served between any two. */
  private async work(): Promise<void> {
    while (!this.stopped && (this.owed > 0 || this.endedEpisode || this.takeOvers.length > 0)) {
      await this.betweenUpdates();
      if (this.owed > 0) {
        this.owed--;
        if ((await this.learner.update()) !== undefined) this.count.updates++;
      }
      await eventLoopTurn();
    }
  }

  private async betweenUpdates(): Promise<void> {
    for (const takeOver of this.takeOvers.splice(0)) await takeOver();
    if (!this.endedEpisode) return;
    this.endedEpisode = false;
    this.events.episodeEnded(this.learner.generatorWeights(), Math.max(1, this.samples));
    if (!this.tookOver) await this.exportFrom("online");
    this.tookOver = false;
  }

  private async exportFrom(source: "online" | "federation"): Promise<void> {
    const rate = this.learner.explorationRate(this.count.transitions);
    const policy = this.learner.exportPolicy({ source, ...this.count });
    const fault = await this.options.check(policy);
    if (fault === undefined) {
      this.events.exported(policy, rate);
      return;
    }
    this.count.withheld++;
    this.events.withheld(fault);
  }
}
