import type { Allocation } from "../allocation/allocation.ts";
import { createRandom, type Random } from "../random.ts";
import type { AccessPointSlot, Demand } from "./demand/demand.ts";
import { QueuedDemand } from "./demand/queued.ts";
import { SingleTaskDemand } from "./demand/single-task.ts";
import { drawCrossGains, interferedUsers } from "./interference.ts";
import type { Outcome } from "./outcome.ts";
import type { PlacedUser, Placement } from "./placement/placement.ts";
import { RestingPlacement } from "./placement/resting.ts";
import { RoamingPlacement } from "./placement/roaming.ts";
import type { SlicingScenario } from "./scenario.ts";

/** Streams of chance under one seed; access point b has `firstAccessPoint + b`. */
const streamOf = { places: 4, crossLinks: 5, firstAccessPoint: 16 };

/**
 * The drawn world of the slicing system, slot by slot: `next`, then `apply` with what was decided.
 * What is drawn never depends on an allocation, so every policy meets the same users, channels and
 * arrivals under one seed. Each access point has its own stream: without mobility its slots do not
 * depend on how many others there are.
 */
export class SlicingSimulation {
  readonly scenario: SlicingScenario;
  private readonly streams: readonly Random[];
  private readonly places: Random;
  private readonly crossLinks: Random;
  private placement: Placement;
  private demand: Demand;
  private slots: readonly AccessPointSlot[] = [];
  private slotInEpisode = 0;

  constructor(scenario: SlicingScenario, seed: number) {
    this.scenario = scenario;
    this.streams = Array.from({ length: scenario.accessPoints }, (_, b) =>
      createRandom(seed, streamOf.firstAccessPoint + b),
    );
    this.places = createRandom(seed, streamOf.places);
    this.crossLinks = createRandom(seed, streamOf.crossLinks);
    this.placement = this.createPlacement();
    this.demand = this.createDemand();
  }

  /** Changes of the access point that serves a user, since the last `startEpisode`. */
  get handovers(): number {
    return this.placement.handovers;
  }

  /**
   * Draws the next slot of every access point. An episode's start draws positions anew (A6) unless
   * users move; queues go on over it.
   */
  next(): readonly AccessPointSlot[] {
    const placed = this.placement.next(this.slotInEpisode === 0);
    this.slotInEpisode = (this.slotInEpisode + 1) % this.scenario.episodeSlots;
    const linked = placed.map((users) => this.withCrossGains(users));
    this.slots = this.streams.map((random, b) =>
      this.demand.draw(b, linked[b] as readonly PlacedUser[], random),
    );
    return this.slots;
  }

  /**
   * What the slot just drawn brings every access point under the allocations of all; undefined where
   * nobody asks for anything. Once a slot where tasks queue: without it no time passes for them.
   *
   * @param slots one drawn before, where no tasks queue
   */
  apply(
    allocations: readonly Allocation[],
    slots: readonly AccessPointSlot[] = this.slots,
  ): readonly (Outcome | undefined)[] {
    const drawn = slots.map(({ users }) => users);
    const users =
      this.scenario.interference === undefined
        ? drawn
        : interferedUsers(this.scenario, this.scenario.interference, drawn, allocations);
    return users.map((cell, b) => this.demand.serve(b, cell, allocations[b] as Allocation));
  }

  /** Makes the next slot the first of an episode, with users placed anew and empty queues. */
  startEpisode(): void {
    this.slotInEpisode = 0;
    this.placement = this.createPlacement();
    this.demand = this.createDemand();
  }

  private createPlacement(): Placement {
    const { scenario, streams, places } = this;
    return scenario.mobility === undefined
      ? new RestingPlacement(scenario, streams, places)
      : new RoamingPlacement(scenario, scenario.mobility, places);
  }

  private createDemand(): Demand {
    const { scenario } = this;
    return scenario.arrivals === undefined
      ? new SingleTaskDemand(scenario)
      : new QueuedDemand(scenario, scenario.arrivals);
  }

  private withCrossGains(users: readonly PlacedUser[]): readonly PlacedUser[] {
    if (this.scenario.interference === undefined) return users;
    return users.map((user) => ({
      ...user,
      cross: drawCrossGains(this.scenario, user.position, this.crossLinks),
    }));
  }
}
