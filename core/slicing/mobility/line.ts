import type { SlicingScenario } from "../scenario.ts";
import type { Area, Point } from "./area.ts";

/** Where access point b stands: a line along x. */
export function accessPointAt(scenario: SlicingScenario, b: number): Point {
  return { xM: b * scenario.accessPointSpacingM, yM: 0 };
}

/** What the line of access points covers: its length and a cell's radius on every side. */
export function coveredArea(scenario: SlicingScenario): Area {
  const { accessPoints, accessPointSpacingM, cellRadiusM } = scenario;
  return {
    from: { xM: -cellRadiusM, yM: -cellRadiusM },
    to: { xM: (accessPoints - 1) * accessPointSpacingM + cellRadiusM, yM: cellRadiusM },
  };
}

/** Distance to access point b, km, at least the shortest one (A5). */
export function distanceToKm(scenario: SlicingScenario, b: number, { xM, yM }: Point): number {
  const accessPoint = accessPointAt(scenario, b);
  const distanceM = Math.hypot(xM - accessPoint.xM, yM - accessPoint.yM);
  return Math.max(distanceM, scenario.minDistanceM) / 1e3;
}

/** The access point next to a place. */
export function nearestAccessPoint(scenario: SlicingScenario, { xM }: Point): number {
  const nearest = Math.round(xM / scenario.accessPointSpacingM);
  return Math.min(scenario.accessPoints - 1, Math.max(0, nearest));
}
