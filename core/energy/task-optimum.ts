import { linkRateBitPerS, snrPerWatt } from "./link.ts";
import { uplink } from "./offloaded-cost.ts";
import { cloudOptimum, deviceOptimum } from "./place-optimum.ts";
import type { EnergyScenario } from "./scenario.ts";
import type { Decision, EnergySlot, Gateway, Task } from "./task.ts";

/** What the shared resources cost on top of energy: the multipliers of C6–C8 in J per unit. */
export interface Prices {
  /** Per server and byte. */
  readonly storage: Float64Array;
  /** Per server and Hz. */
  readonly frequency: Float64Array;
  /** Per gateway and W. */
  readonly power: Float64Array;
}

/** The best decision of a task at given prices, its energy and its priced cost, J. */
export interface TaskOptimum {
  readonly decision: Decision;
  readonly energyJ: number;
  readonly costJ: number;
}

export function noPrices(slot: EnergySlot): Prices {
  const servers = 1 + Math.max(...slot.gateways.map((gateway) => gateway.server));
  return {
    storage: new Float64Array(servers),
    frequency: new Float64Array(servers),
    power: new Float64Array(slot.gateways.length),
  };
}

const gridPoints = 24;
const refinements = 40;
const goldenRatio = (Math.sqrt(5) - 1) / 2;

/** A sampled minimum of a continuous function on an interval, refined by golden section. */
function minimise(cost: (x: number) => number, low: number, high: number): number {
  const step = (high - low) / gridPoints;
  const best = { x: low, cost: cost(low) };
  const sample = (x: number) => {
    const sampled = cost(x);
    if (sampled < best.cost) Object.assign(best, { x, cost: sampled });
    return sampled;
  };
  for (let i = 1; i <= gridPoints; i++) sample(low + i * step);
  let from = Math.max(low, best.x - step);
  let to = Math.min(high, best.x + step);
  let left = to - goldenRatio * (to - from);
  let right = from + goldenRatio * (to - from);
  let [leftCost, rightCost] = [sample(left), sample(right)];
  for (let i = 0; i < refinements; i++) {
    if (leftCost <= rightCost) {
      [to, right, rightCost] = [right, left, leftCost];
      left = to - goldenRatio * (to - from);
      leftCost = sample(left);
    } else {
      [from, left, leftCost] = [left, right, rightCost];
      right = from + goldenRatio * (to - from);
      rightCost = sample(right);
    }
  }
  return best.x;
}

/** The best power and frequency of a task through one gateway; undefined when its deadline cannot hold. */
export function optimumThrough(
  scenario: EnergyScenario,
  slot: EnergySlot,
  task: Task,
  gateway: number,
  prices: Prices,
): TaskOptimum | undefined {
  const site = slot.gateways[gateway] as Gateway;
  const [minHz, maxHz] = scenario.frequencyHz;
  const snrPerW = snrPerWatt(scenario, task, site);
  const up = uplink(scenario, task, site);
  const at = (powerW: number): TaskOptimum | undefined => {
    const transmitS = (8 * task.resultBytes) / linkRateBitPerS(scenario, snrPerW, powerW);
    const leftS = task.deadlineS - up.seconds - transmitS;
    const frequencyHz = Math.max(minHz, task.cycles / leftS);
    if (leftS <= 0 || frequencyHz > maxHz) return undefined;
    const energyJ =
      scenario.kappa * task.cycles * frequencyHz ** 2 + powerW * transmitS + up.joules;
    const costJ =
      energyJ +
      (prices.storage[site.server] as number) * task.storageBytes +
      (prices.frequency[site.server] as number) * frequencyHz +
      (prices.power[gateway] as number) * powerW;
    return { decision: { gateway, powerW, frequencyHz }, energyJ, costJ };
  };
  const [minW, maxW] = scenario.powerW;
  return at(minimise((powerW) => at(powerW)?.costJ ?? Infinity, minW, maxW));
}

/** The best ways to serve a task at given prices: in every place, through every gateway, where it can be. */
export function taskOptima(
  scenario: EnergyScenario,
  slot: EnergySlot,
  task: Task,
  prices: Prices,
): TaskOptimum[] {
  const edge = task.reachable.flatMap(
    (gateway) => optimumThrough(scenario, slot, task, gateway, prices) ?? [],
  );
  if (scenario.offloading === undefined) return edge;
  const cloud = task.reachable.flatMap((gateway) => {
    const optimum = cloudOptimum(scenario, task, gateway, slot.gateways[gateway] as Gateway);
    if (optimum === undefined) return [];
    const priceJ = (prices.power[gateway] as number) * optimum.decision.powerW;
    return { ...optimum, costJ: optimum.energyJ + priceJ };
  });
  const device = deviceOptimum(scenario, task);
  return [...edge, ...cloud, ...(device ? [{ ...device, costJ: device.energyJ }] : [])];
}

/**
 * The exact optimum of one task by itself at given prices: over its reachable gateways, power by
 * line search, frequency as low as its deadline allows (energy and price both grow with it). With
 * offloading also over device and cloud.
 */
export function taskOptimum(
  scenario: EnergyScenario,
  slot: EnergySlot,
  task: Task,
  prices: Prices,
): TaskOptimum {
  let best: TaskOptimum | undefined;
  for (const optimum of taskOptima(scenario, slot, task, prices)) {
    if (best === undefined || optimum.costJ < best.costJ) best = optimum;
  }
  if (best === undefined) throw new RangeError("expected a task some gateway can serve (E3)");
  return best;
}
