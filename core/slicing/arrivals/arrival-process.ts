import { poisson, type Random } from "../../random.ts";
import type { Arrivals, Bursty } from "./arrivals-config.ts";

/** How many tasks a user's next slot brings. */
export interface ArrivalProcess {
  tasks(random: Random): number;
}

/** One user's arrivals; a bursty one remembers whether it is in a burst. */
export function createArrivalProcess(arrivals: Arrivals): ArrivalProcess {
  return arrivals.model === "poisson"
    ? { tasks: (random) => poisson(arrivals.tasksPerUserSlot, random) }
    : new BurstyArrivals(arrivals);
}

/**
 * A Markov-modulated Poisson process with two states that may change at a slot's start: the lengths of
 * calms and bursts are geometric. The first state is drawn from the stationary distribution.
 */
class BurstyArrivals implements ArrivalProcess {
  private readonly model: Bursty;
  private inBurst: boolean | undefined;

  constructor(model: Bursty) {
    this.model = model;
  }

  tasks(random: Random): number {
    this.inBurst = random.uniform() < this.burstProbability();
    const { calmTasksPerUserSlot, burstTasksPerUserSlot } = this.model;
    return poisson(this.inBurst ? burstTasksPerUserSlot : calmTasksPerUserSlot, random);
  }

  private burstProbability(): number {
    const { meanCalmSlots, meanBurstSlots } = this.model;
    if (this.inBurst === undefined) return meanBurstSlots / (meanCalmSlots + meanBurstSlots);
    return this.inBurst ? 1 - 1 / meanBurstSlots : 1 / meanCalmSlots;
  }
}
