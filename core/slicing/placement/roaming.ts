import type { Random } from "../../random.ts";
import type { Area } from "../mobility/area.ts";
import { GaussMarkovWalk } from "../mobility/gauss-markov.ts";
import { servingAccessPoint } from "../mobility/handover.ts";
import { coveredArea, distanceToKm, nearestAccessPoint } from "../mobility/line.ts";
import type { Mobility } from "../mobility/mobility-config.ts";
import { RandomWaypointWalk } from "../mobility/random-waypoint.ts";
import type { Walk } from "../mobility/walk.ts";
import type { SlicingScenario } from "../scenario.ts";
import type { PlacedUser, Placement } from "./placement.ts";

/** Users that walk over the whole line, each served by one access point; B · U_b in all. */
export class RoamingPlacement implements Placement {
  handovers = 0;
  private readonly scenario: SlicingScenario;
  private readonly hysteresisDb: number;
  private readonly walks: readonly Walk[];
  private readonly serving: Int32Array;
  private started = false;

  constructor(scenario: SlicingScenario, mobility: Mobility, random: Random) {
    const area = coveredArea(scenario);
    const users = scenario.accessPoints * scenario.usersPerAccessPoint;
    this.scenario = scenario;
    this.hysteresisDb = mobility.handoverHysteresisDb;
    this.walks = Array.from({ length: users }, () =>
      createWalk(mobility, area, scenario.slotMs / 1e3, random),
    );
    this.serving = Int32Array.from(this.walks, ({ position }) =>
      nearestAccessPoint(scenario, position),
    );
  }

  /** An episode's start changes nothing: the walks go on. */
  next(): readonly (readonly PlacedUser[])[] {
    if (this.started) this.move();
    this.started = true;
    const cells = Array.from({ length: this.scenario.accessPoints }, (): PlacedUser[] => []);
    for (const [id, { position }] of this.walks.entries()) {
      const b = this.serving[id] as number;
      const distanceKm = distanceToKm(this.scenario, b, position);
      cells[b]?.push({ id, position, distanceKm });
    }
    return cells;
  }

  private move(): void {
    for (const [id, walk] of this.walks.entries()) {
      walk.step();
      const before = this.serving[id] as number;
      const now = servingAccessPoint(this.scenario, walk.position, before, this.hysteresisDb);
      this.serving[id] = now;
      this.handovers += now === before ? 0 : 1;
    }
  }
}

function createWalk(mobility: Mobility, area: Area, slotS: number, random: Random): Walk {
  return mobility.model === "random-waypoint"
    ? new RandomWaypointWalk(mobility, area, slotS, random)
    : new GaussMarkovWalk(mobility, area, slotS, random);
}
