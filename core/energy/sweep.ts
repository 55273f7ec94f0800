import { type Constraint, ownViolations } from "./constraints.ts";
import { byDistance } from "./policies/greedy.ts";
import type { EnergyScenario } from "./scenario.ts";
import { SharedLoad } from "./shared-load.ts";
import type { Decision, EnergySlot, Gateway, Task } from "./task.ts";
import { downlinkRateBitPerS, type TaskCost, taskCost } from "./task-cost.ts";

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

export interface SweepSettings {
  /** Δp, W. */
  readonly powerStepW: number;
  /** Δf, Hz. */
  readonly frequencyStepHz: number;
  /** A sweep visits the tasks in so many interleaved groups; shared loads are brought up to date between them. */
  readonly groups: number;
}

export const defaultSweep: SweepSettings = {
  powerStepW: 0.05,
  frequencyStepHz: 0.05e9,
  groups: 5,
};

/** Numbers that describe one task to a policy: what it needs, where it stands, what is scarce. */
export const taskFeatures = [
  "cycles",
  "resultBytes",
  "storageBytes",
  "deadline",
  "power",
  "frequency",
  "computeShare",
  "transmitShare",
  "slack",
  "slackAfterPowerDown",
  "slackAfterFrequencyDown",
  "energy",
  "rate",
  "nextRate",
  "previousRate",
  "choices",
  "gatewayLoad",
  "serverLoad",
  "storageLoad",
  "nextGatewayLoad",
  "nextServerLoad",
  "previousGatewayLoad",
  "previousServerLoad",
  "broken",
] as const;

interface Placed {
  readonly task: Task;
  /** Reachable gateways, nearest first. */
  readonly candidates: readonly number[];
  rank: number;
  powerW: number;
  frequencyHz: number;
}

/**
 * The decision process E2: a state is gateway, power and frequency of every task; one step sweeps
 * all tasks and applies one action to each. A task starts at its nearest gateway, in the middle of
 * the power and frequency ranges.
 */
export class Sweep {
  readonly size: number;
  private readonly scenario: EnergyScenario;
  private readonly slot: EnergySlot;
  private readonly settings: SweepSettings;
  private readonly placed: readonly Placed[];
  private readonly load: SharedLoad;

  constructor(scenario: EnergyScenario, slot: EnergySlot, settings: SweepSettings = defaultSweep) {
    const middle = ([low, high]: readonly [number, number]) => (low + high) / 2;
    this.scenario = scenario;
    this.slot = slot;
    this.settings = settings;
    this.size = slot.tasks.length;
    this.placed = slot.tasks.map((task) => ({
      task,
      candidates: byDistance(slot, task),
      rank: 0,
      powerW: middle(scenario.powerW),
      frequencyHz: middle(scenario.frequencyHz),
    }));
    this.load = new SharedLoad(scenario, slot);
    for (const placed of this.placed) this.load.add(placed.task, decisionOf(placed), 1);
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
    return this.placed.map(decisionOf);
  }

  /** Applies an action, an index of `sweepActions`, to a task. */
  act(k: number, action: number): void {
    const placed = this.at(k);
    const { powerStepW, frequencyStepHz } = this.settings;
    const choices = placed.candidates.length;
    this.load.add(placed.task, decisionOf(placed), -1);
    switch (sweepActions[action]) {
      case "power-up":
        placed.powerW = clamp(placed.powerW + powerStepW, this.scenario.powerW);
        break;
      case "power-down":
        placed.powerW = clamp(placed.powerW - powerStepW, this.scenario.powerW);
        break;
      case "frequency-up":
        placed.frequencyHz = clamp(placed.frequencyHz + frequencyStepHz, this.scenario.frequencyHz);
        break;
      case "frequency-down":
        placed.frequencyHz = clamp(placed.frequencyHz - frequencyStepHz, this.scenario.frequencyHz);
        break;
      case "next-gateway":
        placed.rank = (placed.rank + 1) % choices;
        break;
      case "previous-gateway":
        placed.rank = (placed.rank + choices - 1) % choices;
        break;
      default:
        break;
    }
    this.load.add(placed.task, decisionOf(placed), 1);
  }

  /** The constraints a task breaks, or takes part in breaking. */
  violated(k: number): Constraint[] {
    const { task } = this.at(k);
    const decision = decisionOf(this.at(k));
    const own = ownViolations(this.scenario, task, decision, this.cost(k));
    return [...own, ...this.load.violatedAt(decision.gateway)];
  }

  /** Compute and radio energy of a task, J. */
  energyJ(k: number): number {
    const { computeJ, transmitJ } = this.cost(k);
    return computeJ + transmitJ;
  }

  /** Writes the features of a task in the order of `taskFeatures`, each about within [−1, 1]. */
  featuresInto(out: Float32Array, offset: number, k: number): void {
    const placed = this.at(k);
    const { task, candidates, rank } = placed;
    const { scenario } = this;
    const cost = this.cost(k);
    const choices = candidates.length;
    const next = candidates[(rank + 1) % choices] as number;
    const previous = candidates[(rank + choices - 1) % choices] as number;
    const slack = (decision: Decision) => {
      const site = this.slot.gateways[decision.gateway] as Gateway;
      const { totalS } = taskCost(scenario, task, site, decision);
      return clamp((task.deadlineS - totalS) / task.deadlineS, [-1, 1]);
    };
    const current = decisionOf(placed);
    const { powerStepW, frequencyStepHz } = this.settings;
    const lowerPower = clamp(placed.powerW - powerStepW, scenario.powerW);
    const lowerFrequency = clamp(placed.frequencyHz - frequencyStepHz, scenario.frequencyHz);
    const rate = (gateway: number) =>
      (8 * task.resultBytes) /
      downlinkRateBitPerS(scenario, task, this.slot.gateways[gateway] as Gateway, placed.powerW) /
      task.deadlineS;
    out.set(
      [
        task.cycles / scenario.cycles[1],
        task.resultBytes / scenario.resultBytes[1],
        task.storageBytes / scenario.storageBytes[1],
        task.deadlineS / scenario.deadlineS[1],
        share(placed.powerW, scenario.powerW),
        share(placed.frequencyHz, scenario.frequencyHz),
        cost.computeS / task.deadlineS,
        cost.transmitS / task.deadlineS,
        slack(current),
        slack({ ...current, powerW: lowerPower }),
        slack({ ...current, frequencyHz: lowerFrequency }),
        cost.computeJ + cost.transmitJ,
        rate(current.gateway),
        rate(next),
        rate(previous),
        choices / 4,
        this.load.gateway(current.gateway),
        this.load.frequency(current.gateway),
        this.load.storage(current.gateway),
        this.load.gateway(next),
        this.load.frequency(next),
        this.load.gateway(previous),
        this.load.frequency(previous),
        this.violated(k).length > 0 ? 1 : 0,
      ],
      offset,
    );
  }

  private cost(k: number): TaskCost {
    const placed = this.at(k);
    const decision = decisionOf(placed);
    const gateway = this.slot.gateways[decision.gateway] as Gateway;
    return taskCost(this.scenario, placed.task, gateway, decision);
  }

  private at(k: number): Placed {
    const placed = this.placed[k];
    if (placed === undefined)
      throw new RangeError(`expected a task below ${this.size}; received ${k}`);
    return placed;
  }
}

function decisionOf({ candidates, rank, powerW, frequencyHz }: Placed): Decision {
  return { gateway: candidates[rank] as number, powerW, frequencyHz };
}

function clamp(value: number, [low, high]: readonly [number, number]): number {
  return Math.max(low, Math.min(high, value));
}

function share(value: number, [low, high]: readonly [number, number]): number {
  return (value - low) / (high - low);
}
