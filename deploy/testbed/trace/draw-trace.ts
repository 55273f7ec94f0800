import { createRandom, type Random, standardNormal } from "../../../core/random.ts";
import type { SlicingScenario } from "../../../core/slicing/scenario.ts";
import type { ArrivalsTrace, Stretch } from "./arrivals-trace.ts";

/** A slice's popularity is its probability times exp(σ z), drawn anew for every stretch. */
const popularityDeviation = 0.6;
const stretchSlots = { fewest: 50, most: 150 };

/** A stretch may ask for this much more bandwidth or compute than the scenario's own mix does. */
const heaviest = 1.25;

/** Chance that a user walks over to a neighbouring access point in a slot: every 2 s on average. */
const handoverChance = 0.005;

function meanDemand(scenario: SlicingScenario, probabilities: readonly number[]) {
  const mean = (of: (slice: SlicingScenario["slices"][number]) => number) =>
    scenario.slices.reduce((sum, slice, i) => sum + of(slice) * (probabilities[i] as number), 0);
  return { kbit: mean(({ uplinkKbit }) => uplinkKbit), kmc: mean(({ workKmc }) => workKmc) };
}

function drawMix(scenario: SlicingScenario, random: Random): number[] {
  const own = scenario.slices.map(({ probability }) => probability);
  const usual = meanDemand(scenario, own);
  for (;;) {
    const weights = own.map((p) => p * Math.exp(popularityDeviation * standardNormal(random)));
    const sum = weights.reduce((a, b) => a + b, 0);
    const mix = weights.map((weight) => weight / sum);
    const { kbit, kmc } = meanDemand(scenario, mix);
    if (kbit <= heaviest * usual.kbit && kmc <= heaviest * usual.kmc) return mix;
  }
}

function drawCourse(scenario: SlicingScenario, slots: number, random: Random): Stretch[] {
  const course: Stretch[] = [];
  const { fewest, most } = stretchSlots;
  for (let slot = 0; slot < slots; slot += fewest + random.integer(most - fewest + 1)) {
    course.push({ fromSlot: slot, probabilities: drawMix(scenario, random) });
  }
  return course;
}

function drawSlice({ probabilities }: Stretch, random: Random): number {
  let rest = random.uniform();
  const found = probabilities.findIndex((probability) => {
    rest -= probability;
    return rest < 0;
  });
  return found < 0 ? probabilities.length - 1 : found;
}

function walk(accessPoint: number, accessPoints: number, random: Random): number {
  if (accessPoints === 1 || random.uniform() >= handoverChance) return accessPoint;
  const step = random.uniform() < 0.5 ? -1 : 1;
  return Math.min(accessPoints - 1, Math.max(0, accessPoint + step));
}

/**
 * One task a user and slot, as in the paper, with what the paper leaves out: the slices' popularity
 * changes every 0.5 to 1.5 s, and users walk between access points.
 */
export function drawTrace(scenario: SlicingScenario, seed: number, slots: number): ArrivalsTrace {
  const { accessPoints, usersPerAccessPoint } = scenario;
  const random = createRandom(seed, 5);
  const course = drawCourse(scenario, slots, random);
  const places = Array.from({ length: accessPoints * usersPerAccessPoint }, (_, user) =>
    Math.floor(user / usersPerAccessPoint),
  );
  const drawSlot = (slot: number) => {
    const stretch = course.findLast(({ fromSlot }) => fromSlot <= slot) as Stretch;
    const tasks = Array.from({ length: accessPoints }, (): number[] => []);
    for (const [user, place] of places.entries()) {
      const now = walk(place, accessPoints, random);
      places[user] = now;
      tasks[now]?.push(drawSlice(stretch, random));
    }
    return tasks.map((slices) => Uint8Array.from(slices));
  };
  return { seed, scenario, course, slots: Array.from({ length: slots }, (_, k) => drawSlot(k)) };
}
