import type { Random } from "../../random.ts";
import { accessPointAt } from "../mobility/line.ts";
import type { SlicingScenario } from "../scenario.ts";
import { drawDistancesKm } from "../user.ts";
import type { PlacedUser, Placement } from "./placement.ts";

/** The paper's users: drawn in their access point's disc for an episode, they stay there (A6). */
export class RestingPlacement implements Placement {
  readonly handovers = 0;
  private readonly scenario: SlicingScenario;
  private readonly streams: readonly Random[];
  private readonly bearings: Random;
  private placed: readonly (readonly PlacedUser[])[] = [];

  /**
   * @param streams of the access points, for distances
   * @param bearings directions from access point to user have chance of their own
   */
  constructor(scenario: SlicingScenario, streams: readonly Random[], bearings: Random) {
    this.scenario = scenario;
    this.streams = streams;
    this.bearings = bearings;
  }

  next(episodeStarts: boolean): readonly (readonly PlacedUser[])[] {
    if (episodeStarts) this.placed = this.streams.map((random, b) => this.draw(b, random));
    return this.placed;
  }

  private draw(b: number, random: Random): PlacedUser[] {
    const centre = accessPointAt(this.scenario, b);
    return Array.from(drawDistancesKm(this.scenario, random), (distanceKm, u) => {
      const bearing = 2 * Math.PI * this.bearings.uniform();
      const position = {
        xM: centre.xM + 1e3 * distanceKm * Math.cos(bearing),
        yM: centre.yM + 1e3 * distanceKm * Math.sin(bearing),
      };
      return { id: b * this.scenario.usersPerAccessPoint + u, position, distanceKm };
    });
  }
}
