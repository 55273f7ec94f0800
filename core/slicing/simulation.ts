import type { Observation } from "../allocation/allocation.ts";
import { createRandom, type Random } from "../random.ts";
import { observe } from "./observation.ts";
import type { SlicingScenario } from "./scenario.ts";
import { countUsers, drawDistancesKm, drawUsers, type User } from "./user.ts";

/** One access point's slot: its users and what they ask for. */
export interface AccessPointSlot {
  readonly users: readonly User[];
  readonly observation: Observation;
}

/**
 * The drawn world of the slicing system, slot by slot. Each access point has its own random stream,
 * so its slots do not depend on how many others there are or on any action.
 */
export class SlicingSimulation {
  readonly scenario: SlicingScenario;
  private readonly streams: readonly Random[];
  private distancesKm: Float64Array[];
  private slotInEpisode = 0;

  constructor(scenario: SlicingScenario, seed: number) {
    this.scenario = scenario;
    this.streams = Array.from({ length: scenario.accessPoints }, (_, b) =>
      createRandom(seed, 16 + b),
    );
    this.distancesKm = [];
  }

  /** Draws the next slot of every access point; positions are redrawn at each episode's start (A6). */
  next(): AccessPointSlot[] {
    if (this.slotInEpisode === 0) {
      this.distancesKm = this.streams.map((random) => drawDistancesKm(this.scenario, random));
    }
    this.slotInEpisode = (this.slotInEpisode + 1) % this.scenario.episodeSlots;
    return this.streams.map((random, b) =>
      this.drawSlot(this.distancesKm[b] as Float64Array, random),
    );
  }

  /** Makes the next slot the first of an episode. */
  startEpisode(): void {
    this.slotInEpisode = 0;
  }

  private drawSlot(distancesKm: Float64Array, random: Random): AccessPointSlot {
    const users = drawUsers(this.scenario, distancesKm, random);
    const counts = countUsers(users, this.scenario.slices.length);
    return { users, observation: observe(this.scenario, counts) };
  }
}
