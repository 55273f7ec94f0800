import { linkRateBitPerS, snrPerWatt } from "./link.ts";
import type { EnergyScenario } from "./scenario.ts";
import type { Decision, EnergySlot, Gateway, Task } from "./task.ts";

/** What an agent may do to one task in one step (E2); "next" and "previous" go by distance, in a ring. */
export const sweepActions = [
  "hold",
  "power-up",
  "power-down",
  "frequency-up",
  "frequency-down",
  "next-gateway",
  "previous-gateway",
] as const;

export type SweepAction = (typeof sweepActions)[number];

export interface SweepSteps {
  /** Δp, W. */
  readonly powerStepW: number;
  /** Δf, Hz. */
  readonly frequencyStepHz: number;
}

/** A gateway that can serve a task. */
export interface Candidate {
  readonly gateway: number;
  readonly snrPerW: number;
}

/** Where a task stands: the rank of its gateway among its candidates, power and frequency. */
export interface Placement {
  readonly rank: number;
  readonly powerW: number;
  readonly frequencyHz: number;
}

/** Time and energy of a placement. */
export interface PlacementCost {
  readonly computeS: number;
  readonly transmitS: number;
  readonly computeJ: number;
  readonly transmitJ: number;
  /** (T − t) / T: below 0 the deadline is missed. */
  readonly slack: number;
}

/** A number within a range. */
export function clamp(value: number, range: readonly [number, number]): number {
  return Math.max(range[0], Math.min(range[1], value));
}

/** One task of a sweep: what does not change with its placement, computed once. */
export class SweepTask {
  readonly task: Task;
  /** Reachable gateways, nearest first; the nearest of all where none reaches the task. */
  readonly candidates: readonly Candidate[];
  private readonly scenario: EnergyScenario;
  private readonly steps: SweepSteps;

  constructor(scenario: EnergyScenario, slot: EnergySlot, task: Task, steps: SweepSteps) {
    this.scenario = scenario;
    this.steps = steps;
    this.task = task;
    const nearest = (gateways: readonly number[]) =>
      gateways
        .map((gateway) => ({
          gateway,
          snrPerW: snrPerWatt(scenario, task, slot.gateways[gateway] as Gateway),
        }))
        .sort((a, b) => b.snrPerW - a.snrPerW);
    const reachable = nearest(task.reachable);
    this.candidates =
      reachable.length > 0 ? reachable : nearest([...slot.gateways.keys()]).slice(0, 1);
  }

  decision({ rank, powerW, frequencyHz }: Placement): Decision {
    return { gateway: this.gatewayAt(rank), powerW, frequencyHz };
  }

  /** The gateway of a rank. */
  gatewayAt(rank: number): number {
    return (this.candidates[rank] as Candidate).gateway;
  }

  /** The placement of a decision; a gateway out of reach becomes the nearest one. */
  placementOf({ gateway, powerW, frequencyHz }: Decision): Placement {
    const rank = this.candidates.findIndex((candidate) => candidate.gateway === gateway);
    return { rank: Math.max(0, rank), powerW, frequencyHz };
  }

  /** Where an action leads. Fields are written out: spreading objects took a third of a decision. */
  after(placement: Placement, action: SweepAction): Placement {
    const { rank, powerW, frequencyHz } = placement;
    const { powerStepW, frequencyStepHz } = this.steps;
    switch (action) {
      case "power-up":
        return { rank, powerW: this.power(powerW + powerStepW), frequencyHz };
      case "power-down":
        return { rank, powerW: this.power(powerW - powerStepW), frequencyHz };
      case "frequency-up":
        return { rank, powerW, frequencyHz: this.frequency(frequencyHz + frequencyStepHz) };
      case "frequency-down":
        return { rank, powerW, frequencyHz: this.frequency(frequencyHz - frequencyStepHz) };
      case "next-gateway":
        return { rank: this.turned(rank, 1), powerW, frequencyHz };
      case "previous-gateway":
        return { rank: this.turned(rank, -1), powerW, frequencyHz };
      case "hold":
        return placement;
    }
  }

  cost({ rank, powerW, frequencyHz }: Placement): PlacementCost {
    const { scenario, task } = this;
    const { snrPerW } = this.candidates[rank] as Candidate;
    const computeS = task.cycles / frequencyHz;
    const transmitS = (8 * task.resultBytes) / linkRateBitPerS(scenario, snrPerW, powerW);
    return {
      computeS,
      transmitS,
      computeJ: scenario.kappa * task.cycles * frequencyHz * frequencyHz,
      transmitJ: powerW * transmitS,
      slack: (task.deadlineS - computeS - transmitS) / task.deadlineS,
    };
  }

  private power(powerW: number): number {
    return clamp(powerW, this.scenario.powerW);
  }

  private frequency(frequencyHz: number): number {
    return clamp(frequencyHz, this.scenario.frequencyHz);
  }

  private turned(rank: number, by: number): number {
    const choices = this.candidates.length;
    return (rank + by + choices) % choices;
  }
}
