import { pathLossDb } from "../../radio.ts";
import type { SlicingScenario } from "../scenario.ts";
import type { Point } from "./area.ts";
import { distanceToKm, nearestAccessPoint } from "./line.ts";

/**
 * The access point that serves a user from now on: the one it has, unless the mean path loss to the
 * nearest is lower by more than the hysteresis.
 */
export function servingAccessPoint(
  scenario: SlicingScenario,
  position: Point,
  current: number,
  hysteresisDb: number,
): number {
  const nearest = nearestAccessPoint(scenario, position);
  const lossDb = (b: number) => pathLossDb(distanceToKm(scenario, b, position));
  return lossDb(current) - lossDb(nearest) > hysteresisDb ? nearest : current;
}
