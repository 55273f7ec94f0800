import { drawEnergySlot } from "../../core/energy/draw.ts";
import { energyOutcome } from "../../core/energy/outcome.ts";
import type { EnergyScenario } from "../../core/energy/scenario.ts";
import type { Decision, EnergySlot } from "../../core/energy/task.ts";
import type { BridgeSystem } from "../../core/messages/bridge.ts";
import {
  describeEnergy,
  type EnergySite,
  energyAction,
  energyDecisions,
  energyObservation,
  energySite,
} from "../../core/messages/bridge-energy.ts";
import { createRandom, type Random } from "../../core/random.ts";
import { type EnergyReference, referenceDecisions } from "./energy-references.ts";
import type { Simulator, SlotResult } from "./simulator.ts";

export interface EnergySimulatorOptions {
  readonly scenario: EnergyScenario;
  readonly accessPoints: number;
  /** K, tasks of every slot. */
  readonly tasks: number;
  /** Tasks a vector has room for. */
  readonly maxTasks: number;
  /** The scenario's longest deadline when left out. */
  readonly slotPeriodMs?: number | undefined;
  readonly references: readonly EnergyReference[];
  readonly seed: number;
}

type Measures = Readonly<Record<string, number>>;

/** What is known of a slot before anything is decided for it. */
interface Prepared {
  readonly lowerBoundJ: number;
  readonly references: Readonly<Record<string, Measures>>;
}

/**
 * The energy system: each agent `ap-0`, `ap-1`, … decides all tasks of its own area, which it shares
 * with no other agent.
 */
export class EnergySimulator implements Simulator {
  readonly description: BridgeSystem;
  readonly agents: readonly string[];
  readonly initialAction: readonly number[];
  private readonly options: EnergySimulatorOptions;
  private readonly site: EnergySite;
  private random: readonly Random[] = [];
  private slots: readonly EnergySlot[] = [];
  private prepared: Prepared[] = [];

  constructor(options: EnergySimulatorOptions) {
    const { scenario, maxTasks, slotPeriodMs, accessPoints } = options;
    this.options = options;
    this.site = energySite(scenario, maxTasks);
    this.description = describeEnergy(this.site, slotPeriodMs);
    this.agents = Array.from({ length: accessPoints }, (_, b) => `ap-${b}`);
    this.initialAction = Array.from(energyAction(this.site, []));
    this.reset(options.seed);
  }

  begin(): readonly (readonly number[])[] {
    const { scenario, tasks } = this.options;
    this.slots = this.random.map((random) => drawEnergySlot(scenario, tasks, random));
    this.prepared = [];
    return this.slots.map((slot) => Array.from(energyObservation(this.site, slot.tasks)));
  }

  /** The lower bound takes some milliseconds an area: not at the boundary. */
  prepare(): void {
    for (const slot of this.slots.slice(this.prepared.length)) {
      this.prepared.push(this.prepareSlot(slot));
    }
  }

  end(actions: readonly (readonly number[])[]): readonly SlotResult[] {
    this.prepare();
    return this.slots.map((slot, b) => {
      const decisions = energyDecisions(actions[b] ?? this.initialAction, slot.tasks.length);
      const { reward, measures } = this.outcome(slot, decisions);
      const { lowerBoundJ = Number.NaN, references = {} } = this.prepared[b] ?? {};
      return { reward, performance: { ...measures, lowerBoundJ }, references };
    });
  }

  /** No slot depends on the one before it: only a seed changes what comes. */
  reset(seed?: number): void {
    if (seed !== undefined) this.random = this.agents.map((_, b) => createRandom(seed, b));
  }

  private prepareSlot(slot: EnergySlot): Prepared {
    const { scenario } = this.options;
    const of = (name: EnergyReference) =>
      this.outcome(slot, referenceDecisions(name, scenario, slot)).measures;
    const bound = of("lower-bound");
    const references = Object.fromEntries(
      this.options.references.map((name) => [name, name === "lower-bound" ? bound : of(name)]),
    );
    return { lowerBoundJ: bound.meanEnergyJ ?? Number.NaN, references };
  }

  private outcome(slot: EnergySlot, decisions: readonly Decision[]) {
    const { tasks, meanEnergyJ, violated, reward } = energyOutcome(
      this.options.scenario,
      slot,
      decisions,
    );
    const measures: Measures = {
      meanEnergyJ,
      reward,
      feasible: violated.length === 0 ? 1 : 0,
      meanPowerW: mean(decisions, (decision) => decision.powerW),
      meanFrequencyHz: mean(decisions, (decision) => decision.frequencyHz),
      meanDelayS: mean(tasks, (task) => task.totalS),
      ...Object.fromEntries(violated.map((name) => [`violated-${name}`, 1])),
    };
    return { reward, measures };
  }
}

function mean<T>(values: readonly T[], of: (value: T) => number): number {
  return values.reduce((sum, value) => sum + of(value), 0) / values.length;
}
