import type { EnergyScenario } from "./scenario.ts";
import type { Decision, EnergySlot, Gateway } from "./task.ts";

/** One way to serve a task that keeps the task's own constraints. */
export interface TaskOption {
  readonly decision: Decision;
  readonly energyJ: number;
}

/** An option with what it takes of the shared resources, as shares of their limits. */
interface Priced extends TaskOption {
  readonly resources: readonly [number, number, number];
  readonly shares: readonly [number, number, number];
}

const slack = 1e-10;
/** Weight of a unit of relative excess at first, J, and what it grows by when no change helps. */
const firstWeightJ = 0.3;
const weightGrowth = 1.6;
const heaviestJ = 1e4;
const roundsPerTask = 6;

/** Which option every task takes, and what shared resources that leaves over their limits. */
class Choice {
  readonly options: readonly (readonly Priced[])[];
  readonly chosen: number[];
  private readonly loads: Float64Array;
  private readonly weightsJ: Float64Array;

  constructor(
    scenario: EnergyScenario,
    slot: EnergySlot,
    options: readonly (readonly TaskOption[])[],
    first: readonly number[],
  ) {
    const servers = 1 + Math.max(...slot.gateways.map((gateway) => gateway.server));
    this.options = options.map((ways, k) =>
      ways.map((way) => {
        const { gateway, powerW, frequencyHz } = way.decision;
        const { server } = slot.gateways[gateway] as Gateway;
        const storageBytes = slot.tasks[k]?.storageBytes ?? 0;
        return {
          ...way,
          resources: [server, servers + server, 2 * servers + gateway],
          shares: [
            storageBytes / scenario.serverStorageBytes,
            frequencyHz / scenario.serverFrequencyHz,
            powerW / scenario.gatewayPowerW,
          ],
        };
      }),
    );
    this.chosen = [...first];
    this.loads = new Float64Array(2 * servers + slot.gateways.length);
    this.weightsJ = this.loads.map(() => firstWeightJ);
    for (const k of this.chosen.keys()) this.load(this.option(k), 1);
  }

  option(k: number, o: number = this.chosen[k] as number): Priced {
    return this.options[k]?.[o] as Priced;
  }

  take(k: number, o: number): void {
    this.load(this.option(k), -1);
    this.chosen[k] = o;
    this.load(this.option(k), 1);
  }

  isFeasible(): boolean {
    return this.loads.every((load) => load <= 1 + slack);
  }

  energyJ(): number {
    return this.chosen.reduce((sum, _, k) => sum + this.option(k).energyJ, 0);
  }

  /** Makes broken limits weigh more; false when they already weigh all they may. */
  raiseWeights(): boolean {
    let raised = false;
    for (const [r, load] of this.loads.entries()) {
      const weight = this.weightsJ[r] as number;
      if (load <= 1 + slack || weight >= heaviestJ) continue;
      this.weightsJ[r] = weight * weightGrowth;
      raised = true;
    }
    return raised;
  }

  /** The change of one task that lowers energy and weighted excess most. */
  bestChange(): { readonly k: number; readonly o: number } | undefined {
    let best: { k: number; o: number } | undefined;
    let bestJ = -1e-9;
    for (const [k, ways] of this.options.entries()) {
      const now = this.option(k);
      this.load(now, -1);
      const nowJ = now.energyJ + this.excessJ(now);
      for (const [o, way] of ways.entries()) {
        if (way === now) continue;
        const changeJ = way.energyJ + this.excessJ(way) - nowJ;
        if (changeJ < bestJ) {
          bestJ = changeJ;
          best = { k, o };
        }
      }
      this.load(now, 1);
    }
    return best;
  }

  /** What adding an option would add to the weighted excess, J. */
  private excessJ({ resources, shares }: Priced): number {
    let sumJ = 0;
    for (let i = 0; i < 3; i++) {
      const r = resources[i] as number;
      const over = (this.loads[r] as number) - 1 - slack;
      const share = shares[i] as number;
      sumJ += (this.weightsJ[r] as number) * Math.max(0, Math.min(share, over + share));
    }
    return sumJ;
  }

  private load({ resources, shares }: Priced, sign: 1 | -1): void {
    for (let i = 0; i < 3; i++) {
      const r = resources[i] as number;
      this.loads[r] = (this.loads[r] as number) + sign * (shares[i] as number);
    }
  }
}

/**
 * Chooses one option per task so that C6–C8 hold, at little energy: from a first choice, the change
 * of one task that lowers energy plus weighted excess most, again and again; where none does, the
 * weights of the broken limits grow, which pushes tasks out one after another. The weights act as
 * multipliers that only ever rise.
 *
 * @param first index of each task's first option
 * @returns the cheapest feasible choice met, else the last one
 */
export function repair(
  scenario: EnergyScenario,
  slot: EnergySlot,
  options: readonly (readonly TaskOption[])[],
  first: readonly number[],
): Decision[] {
  const choice = new Choice(scenario, slot, options, first);
  let best: number[] | undefined;
  let bestJ = Infinity;
  for (let round = 0; round < roundsPerTask * options.length; round++) {
    if (choice.isFeasible() && choice.energyJ() < bestJ) {
      bestJ = choice.energyJ();
      best = [...choice.chosen];
    }
    const change = choice.bestChange();
    if (change !== undefined) choice.take(change.k, change.o);
    else if (!choice.raiseWeights()) break;
  }
  const chosen = best ?? choice.chosen;
  return chosen.map((o, k) => choice.option(k, o).decision);
}
