import { adjustPrices } from "./bounds.ts";
import { usageOf } from "./constraints.ts";
import { snrPerWatt } from "./link.ts";
import { type EnergyRun, RunRecord } from "./policies/energy-run.ts";
import { repair, type TaskOption } from "./repair.ts";
import type { EnergyScenario } from "./scenario.ts";
import type { EnergySlot, Gateway, Task } from "./task.ts";
import { taskCost } from "./task-cost.ts";
import { noPrices, type Prices } from "./task-optimum.ts";

/** A deterministic actor: power and frequency for tasks, each through one gateway. */
export interface ContinuousPolicy {
  /**
   * @param pairs [count, pairInputs.length], only valid during the call
   * @returns [count, 2]: power in W, frequency in GHz
   */
  decide(pairs: Float32Array, count: number): Promise<ArrayLike<number>>;
}

/** What an actor is told of a task and a gateway, in units that keep numbers near 1. */
export const pairInputs = [
  "cyclesG",
  "resultMbit",
  "deadlineS",
  "snrPerW",
  "powerPriceJPerW",
  "frequencyPriceJPerGhz",
] as const;

/** Writes a pair in the order of `pairInputs`; prices are of the gateway's power and its server's frequency. */
export function writePair(
  out: Float32Array,
  offset: number,
  task: Task,
  snrPerW: number,
  [powerPrice, frequencyPrice]: readonly [number, number],
): void {
  out[offset] = task.cycles / 1e9;
  out[offset + 1] = (8 * task.resultBytes) / 1e6;
  out[offset + 2] = task.deadlineS;
  out[offset + 3] = snrPerW;
  out[offset + 4] = powerPrice;
  out[offset + 5] = frequencyPrice;
}

interface Pair {
  readonly k: number;
  readonly task: Task;
  readonly gateway: number;
  readonly site: Gateway;
  readonly snrPerW: number;
}

function pairsOf(scenario: EnergyScenario, slot: EnergySlot): Pair[] {
  return slot.tasks.flatMap((task, k) =>
    task.reachable.map((gateway) => {
      const site = slot.gateways[gateway] as Gateway;
      return { k, task, gateway, site, snrPerW: snrPerWatt(scenario, task, site) };
    }),
  );
}

/** Power as decided, and frequency at least what the deadline then needs; undefined where none is enough. */
function safeOption(
  scenario: EnergyScenario,
  { task, gateway, site }: Pair,
  powerW: number,
  decidedHz: number,
): TaskOption | undefined {
  const [minHz, maxHz] = scenario.frequencyHz;
  const [minW, maxW] = scenario.powerW;
  const within = Math.min(maxW, Math.max(minW, powerW));
  const { transmitS } = taskCost(scenario, task, site, {
    gateway,
    powerW: within,
    frequencyHz: maxHz,
  });
  const leftS = task.deadlineS - transmitS;
  const neededHz = task.cycles / leftS;
  if (leftS <= 0 || neededHz > maxHz) return undefined;
  const frequencyHz = Math.min(maxHz, Math.max(minHz, neededHz, decidedHz));
  const decision = { gateway, powerW: within, frequencyHz };
  const cost = taskCost(scenario, task, site, decision);
  return { decision, energyJ: cost.computeJ + cost.transmitJ };
}

/** The actor's option for every pair at given prices, by task; at full power where its own is too little. */
async function optionsAt(
  policy: ContinuousPolicy,
  scenario: EnergyScenario,
  pairs: readonly Pair[],
  prices: Prices,
): Promise<TaskOption[][]> {
  const width = pairInputs.length;
  const inputs = new Float32Array(pairs.length * width);
  for (const [i, { task, gateway, site, snrPerW }] of pairs.entries()) {
    const power = prices.power[gateway] as number;
    const frequency = 1e9 * (prices.frequency[site.server] as number);
    writePair(inputs, i * width, task, snrPerW, [power, frequency]);
  }
  const decided = await policy.decide(inputs, pairs.length);
  const options: TaskOption[][] = [];
  for (const [i, pair] of pairs.entries()) {
    const frequencyHz = 1e9 * (decided[2 * i + 1] as number);
    const option =
      safeOption(scenario, pair, decided[2 * i] as number, frequencyHz) ??
      safeOption(scenario, pair, scenario.powerW[1], frequencyHz);
    options[pair.k] ??= [];
    if (option !== undefined) options[pair.k]?.push(option);
  }
  return options;
}

function cheapest(slot: EnergySlot, task: Task, options: readonly TaskOption[], prices: Prices) {
  const costJ = ({ decision, energyJ }: TaskOption) => {
    const { server } = slot.gateways[decision.gateway] as Gateway;
    return (
      energyJ +
      (prices.power[decision.gateway] as number) * decision.powerW +
      (prices.frequency[server] as number) * decision.frequencyHz +
      (prices.storage[server] as number) * task.storageBytes
    );
  };
  return options.reduce((best, option) => (costJ(option) < costJ(best) ? option : best));
}

const priceRounds = 12;

/**
 * Operation of an actor: it decides every task through each of its gateways, and the cheapest one is
 * taken. Where that breaks C6–C8, their prices climb, the actor decides again at those, and at the
 * end the rounds' decisions are the options of a repair. Steps are the rounds, and the repair.
 */
export async function runContinuous(
  policy: ContinuousPolicy,
  scenario: EnergyScenario,
  slot: EnergySlot,
): Promise<EnergyRun> {
  const pairs = pairsOf(scenario, slot);
  const prices = noPrices(slot);
  const record = new RunRecord(scenario, slot);
  const known: TaskOption[][] = slot.tasks.map(() => []);
  for (let round = 1; round <= priceRounds; round++) {
    const options = await optionsAt(policy, scenario, pairs, prices);
    for (const [k, found] of options.entries()) known[k]?.push(...found);
    if (known.some((found) => found.length === 0)) {
      throw new RangeError("expected tasks that some gateway can serve (E3)");
    }
    const taken = slot.tasks.map((task, k) => cheapest(slot, task, known[k] ?? [], prices));
    const decisions = taken.map(({ decision }) => decision);
    if (record.note(decisions) > 0 && round === 1) return record.end();
    const totalJ = taken.reduce((sum, { energyJ }) => sum + energyJ, 0);
    adjustPrices(scenario, prices, usageOf(slot, decisions), totalJ / Math.sqrt(round) / 4);
  }
  const first = known.map((found, k) =>
    found.indexOf(cheapest(slot, slot.tasks[k] as Task, found, prices)),
  );
  record.note(repair(scenario, slot, known, first));
  return record.end();
}
