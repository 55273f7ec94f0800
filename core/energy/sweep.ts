import { type Constraint, ownViolations } from "./constraints.ts";
import { type Excess, type Multipliers, pricedExcessJ } from "./multipliers.ts";
import type { EnergyScenario } from "./scenario.ts";
import { SharedLoad } from "./shared-load.ts";
import { type Placement, type SweepSteps, SweepTask, sweepActions } from "./sweep-task.ts";
import type { Decision, EnergySlot, Gateway } from "./task.ts";
import { taskCost } from "./task-cost.ts";
import { writeTaskFeatures } from "./task-features.ts";

export interface SweepSettings extends SweepSteps {
  /** A sweep visits the tasks in so many interleaved groups; shared loads are brought up to date between them. */
  readonly groups: number;
  /** Where present, what a policy sees of an action is the change of its Lagrangian, not of its energy. */
  readonly multipliers?: Multipliers | undefined;
}

export const defaultSweep: SweepSettings = {
  powerStepW: 0.05,
  frequencyStepHz: 0.05e9,
  groups: 2,
};

/** What breaking a limit adds to a system's cost, J: for each limit broken, and per unit of relative excess. */
const brokenLimitJ = 0.2;
const excessJ = 2;

/** Relative slack of a deadline, against rounding. */
const tolerance = 1e-9;

/**
 * The decision process E2: a state is gateway, power and frequency of every task; one step sweeps
 * all tasks and applies one action to each.
 */
export class Sweep {
  readonly size: number;
  private readonly scenario: EnergyScenario;
  private readonly slot: EnergySlot;
  private readonly settings: SweepSettings;
  private readonly tasks: readonly SweepTask[];
  private readonly placements: Placement[];
  private readonly load: SharedLoad;

  /**
   * @param start decisions to begin with; without them every task starts at its nearest gateway, in
   *   the middle of the power and frequency ranges
   */
  constructor(
    scenario: EnergyScenario,
    slot: EnergySlot,
    settings: SweepSettings = defaultSweep,
    start?: readonly Decision[],
  ) {
    const middle = ([low, high]: readonly [number, number]) => (low + high) / 2;
    const neutral = {
      rank: 0,
      powerW: middle(scenario.powerW),
      frequencyHz: middle(scenario.frequencyHz),
    };
    this.scenario = scenario;
    this.slot = slot;
    this.settings = settings;
    this.size = slot.tasks.length;
    this.tasks = slot.tasks.map((task) => new SweepTask(scenario, slot, task, settings));
    this.placements = this.tasks.map((task, k) => {
      const decision = start?.[k];
      return decision === undefined ? neutral : task.placementOf(decision);
    });
    this.load = new SharedLoad(scenario, slot);
    for (const [k, task] of this.tasks.entries()) this.load.add(task.task, this.decision(k), 1);
  }

  /** The groups of a sweep: each task index once. */
  *groups(): Generator<number[]> {
    for (let g = 0; g < Math.min(this.settings.groups, this.size); g++) {
      const group = [];
      for (let k = g; k < this.size; k += this.settings.groups) group.push(k);
      yield group;
    }
  }

  decisions(): Decision[] {
    return this.placements.map((_, k) => this.decision(k));
  }

  /** Applies an action, an index of `sweepActions`, to a task. False when it changed nothing. */
  act(k: number, action: number): boolean {
    const [task, placement] = this.at(k);
    const next = task.after(placement, sweepActions[action] ?? "hold");
    if (same(placement, next)) return false;
    this.load.add(task.task, task.decision(placement), -1);
    this.placements[k] = next;
    this.load.add(task.task, task.decision(next), 1);
    return true;
  }

  /** Applies an action unless it would push a limit that is reached, or missed, further over. */
  actWithinLimits(k: number, action: number): boolean {
    const [task, placement] = this.at(k);
    const next = task.after(placement, sweepActions[action] ?? "hold");
    return this.allows(k, next) && this.act(k, action);
  }

  /** The constraints a task breaks, or takes part in breaking. */
  violated(k: number): Constraint[] {
    const [{ task }] = this.at(k);
    const decision = this.decision(k);
    const gateway = this.slot.gateways[decision.gateway] as Gateway;
    const cost = taskCost(this.scenario, task, gateway, decision);
    return [
      ...ownViolations(this.scenario, task, decision, cost),
      ...this.load.violatedAt(decision.gateway),
    ];
  }

  /** Compute and radio energy of a task, J. */
  energyJ(k: number): number {
    const [task, placement] = this.at(k);
    const { computeJ, transmitJ } = task.cost(placement);
    return computeJ + transmitJ;
  }

  /**
   * The part of the system's cost that an action on task k can change, J: its energy, its missed
   * deadline, and every shared limit broken.
   */
  costJ(k: number): number {
    const [task, placement] = this.at(k);
    const { computeJ, transmitJ, slack } = task.cost(placement);
    const { count, excess } = this.load.overload();
    const missed = slack < -tolerance;
    return (
      computeJ +
      transmitJ +
      brokenLimitJ * (count + (missed ? 1 : 0)) +
      excessJ * (excess + (missed ? -slack : 0))
    );
  }

  /**
   * The Lagrangian's part that an action on task k can change, J: its energy, and the multipliers
   * times what it and the shared limits use beyond the threshold.
   */
  lagrangianJ(k: number): number {
    const { multipliers } = this.settings;
    if (multipliers === undefined) throw new RangeError("expected a sweep with multipliers");
    const [task, placement] = this.at(k);
    const { computeJ, transmitJ, slack } = task.cost(placement);
    const deadline = Math.max(0, 1 - slack - multipliers.threshold);
    const shared = this.load.excessOver(multipliers.threshold);
    return computeJ + transmitJ + pricedExcessJ(multipliers, { deadline, ...shared });
  }

  /** What is beyond the limits themselves: deadlines as the mean over tasks, the rest summed. */
  excess(): Excess {
    let missed = 0;
    for (let k = 0; k < this.size; k++) {
      const [task, placement] = this.at(k);
      missed += Math.max(0, -task.cost(placement).slack);
    }
    return { deadline: missed / this.size, ...this.load.excessOver(1) };
  }

  /** Writes the features of a task in the order of `taskFeatures`. */
  featuresInto(out: Float32Array, offset: number, k: number): void {
    const [task, placement] = this.at(k);
    const { scenario, load } = this;
    const slackNow = task.cost(placement).slack;
    const from = task.decision(placement);
    const allows = (next: Placement, slackAfter: number) =>
      keepsDeadline(slackNow, slackAfter) && load.allows(task.task, from, task.decision(next));
    const priceOf = this.settings.multipliers && this.priceAt(k, this.settings.multipliers);
    writeTaskFeatures(out, offset, { scenario, task, placement, load, allows, priceOf });
  }

  /** What the multipliers charge for a task's placement, others staying where they are, J. */
  private priceAt(k: number, multipliers: Multipliers): (next: Placement, slack: number) => number {
    const [{ task }] = this.at(k);
    const from = this.decision(k);
    return (next, slack) => {
      const to = this.tasks[k]?.decision(next) ?? from;
      this.load.add(task, from, -1);
      this.load.add(task, to, 1);
      const shared = this.load.excessOver(multipliers.threshold);
      this.load.add(task, to, -1);
      this.load.add(task, from, 1);
      const deadline = Math.max(0, 1 - slack - multipliers.threshold);
      return pricedExcessJ(multipliers, { deadline, ...shared });
    };
  }

  private allows(k: number, next: Placement): boolean {
    const [task, placement] = this.at(k);
    return (
      keepsDeadline(task.cost(placement).slack, task.cost(next).slack) &&
      this.load.allows(task.task, task.decision(placement), task.decision(next))
    );
  }

  private decision(k: number): Decision {
    const [task, placement] = this.at(k);
    return task.decision(placement);
  }

  private at(k: number): [SweepTask, Placement] {
    const task = this.tasks[k];
    const placement = this.placements[k];
    if (task === undefined || placement === undefined) {
      throw new RangeError(`expected a task below ${this.size}; received ${k}`);
    }
    return [task, placement];
  }
}

/** A change may not make a deadline missed, or missed by more. */
function keepsDeadline(slackNow: number, slackAfter: number): boolean {
  return slackAfter >= -tolerance || slackAfter >= slackNow;
}

function same(a: Placement, b: Placement): boolean {
  return a.rank === b.rank && a.powerW === b.powerW && a.frequencyHz === b.frequencyHz;
}
