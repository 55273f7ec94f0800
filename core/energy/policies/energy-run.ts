import { energyOutcome } from "../outcome.ts";
import type { EnergyScenario } from "../scenario.ts";
import type { Decision, EnergySlot } from "../task.ts";

/** How an algorithm went through one slot, step by step. */
export interface EnergyRun {
  /** The decisions it ends with: the best feasible ones it met, else its last. */
  readonly decisions: readonly Decision[];
  readonly feasible: boolean;
  /** Mean energy of its decisions after each step, J; null where a constraint was broken. */
  readonly meanEnergyJ: readonly (number | null)[];
  /** Its decisions after each step. */
  readonly course: readonly (readonly Decision[])[];
}

/** Keeps the best feasible decisions of a run and the course of its energy. */
export class RunRecord {
  private readonly scenario: EnergyScenario;
  private readonly slot: EnergySlot;
  private readonly energies: (number | null)[] = [];
  private readonly course: (readonly Decision[])[] = [];
  private bestJ = Infinity;
  private best: readonly Decision[] | undefined;
  private last: readonly Decision[] = [];

  constructor(scenario: EnergyScenario, slot: EnergySlot) {
    this.scenario = scenario;
    this.slot = slot;
  }

  /** Notes a step, whose decisions stay as they are; returns the reward of them. */
  note(decisions: readonly Decision[]): number {
    const outcome = energyOutcome(this.scenario, this.slot, decisions);
    const feasible = outcome.violated.length === 0;
    this.energies.push(feasible ? outcome.meanEnergyJ : null);
    this.course.push(decisions);
    this.last = decisions;
    if (feasible && outcome.meanEnergyJ < this.bestJ) {
      this.bestJ = outcome.meanEnergyJ;
      this.best = decisions;
    }
    return outcome.reward;
  }

  end(): EnergyRun {
    return {
      decisions: this.best ?? this.last,
      feasible: this.best !== undefined,
      meanEnergyJ: this.energies,
      course: this.course,
    };
  }
}

const settledWithin = 0.01;

/** Steps until the energy stays within 1 % of where it ends; the whole run when it never is feasible. */
export function stepsToSettle({ meanEnergyJ }: EnergyRun): number {
  const endJ = meanEnergyJ.findLast((energy) => energy !== null);
  if (endJ === undefined || endJ === null) return meanEnergyJ.length;
  const away = (energy: number | null) =>
    energy === null || Math.abs(energy - endJ) > settledWithin * endJ;
  return meanEnergyJ.findLastIndex(away) + 2;
}
