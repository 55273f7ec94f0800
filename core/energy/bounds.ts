import { sharedViolations, type Usage, usageOf } from "./constraints.ts";
import type { EnergyScenario } from "./scenario.ts";
import type { Decision, EnergySlot } from "./task.ts";
import { noPrices, type Prices, type TaskOptimum, taskOptimum } from "./task-optimum.ts";

/** A bound on the mean energy of every feasible decision, and the decisions that attain it. */
export interface Bound {
  readonly meanEnergyJ: number;
  readonly decisions: readonly Decision[];
  readonly prices: Prices;
  /** Price changes tried; none where the lower bound's decisions are feasible, and so optimal. */
  readonly iterations: number;
}

function mean(optima: readonly TaskOptimum[], of: (optimum: TaskOptimum) => number): number {
  return optima.reduce((sum, optimum) => sum + of(optimum), 0) / optima.length;
}

/** The lower bound: every task at its own optimum, the couplings C6–C8 dropped. */
export function lowerBound(scenario: EnergyScenario, slot: EnergySlot): Bound {
  const prices = noPrices(slot);
  const optima = slot.tasks.map((task) => taskOptimum(scenario, slot, task, prices));
  const decisions = optima.map((optimum) => optimum.decision);
  return {
    meanEnergyJ: mean(optima, (optimum) => optimum.energyJ),
    decisions,
    prices,
    iterations: 0,
  };
}

const iterations = 120;

function priceUp(prices: Float64Array, used: Float64Array, limit: number, stepJ: number): void {
  for (let i = 0; i < prices.length; i++) {
    const relative = ((used[i] as number) - limit) / limit;
    prices[i] = Math.max(0, (prices[i] as number) + (stepJ * relative) / limit);
  }
}

/** One step of the projected subgradient: prices follow what is used beyond, or below, the limits. */
export function adjustPrices(
  scenario: EnergyScenario,
  prices: Prices,
  usage: Usage,
  stepJ: number,
): void {
  priceUp(prices.storage, usage.serverStorageBytes, scenario.serverStorageBytes, stepJ);
  priceUp(prices.frequency, usage.serverFrequencyHz, scenario.serverFrequencyHz, stepJ);
  priceUp(prices.power, usage.gatewayPowerW, scenario.gatewayPowerW, stepJ);
}

/**
 * A tighter bound that respects C6–C8: the Lagrangian dual. Prices of the shared resources climb by
 * projected subgradient; every price gives a valid bound, and the best one is kept.
 */
export function dualBound(scenario: EnergyScenario, slot: EnergySlot): Bound {
  const { serverStorageBytes, serverFrequencyHz, gatewayPowerW } = scenario;
  const prices = noPrices(slot);
  let best = lowerBound(scenario, slot);
  if (sharedViolations(scenario, usageOf(slot, best.decisions)).length === 0) return best;
  for (let i = 1; i <= iterations; i++) {
    const optima = slot.tasks.map((task) => taskOptimum(scenario, slot, task, prices));
    const total = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0);
    const offsetJ =
      total(prices.storage) * serverStorageBytes +
      total(prices.frequency) * serverFrequencyHz +
      total(prices.power) * gatewayPowerW;
    const meanEnergyJ = mean(optima, (optimum) => optimum.costJ) - offsetJ / slot.tasks.length;
    const decisions = optima.map((optimum) => optimum.decision);
    if (meanEnergyJ > best.meanEnergyJ) {
      best = { meanEnergyJ, decisions, prices: structuredClone(prices), iterations };
    }
    const usage = usageOf(slot, decisions);
    const stepJ = (slot.tasks.length * best.meanEnergyJ) / Math.sqrt(i) / 4;
    adjustPrices(scenario, prices, usage, stepJ);
  }
  return best;
}
