import type { BridgeSystem } from "../../core/messages/bridge.ts";
import { describeSlicing } from "../../core/messages/bridge-slicing.ts";
import { performanceOf } from "../../core/slicing/evaluation.ts";
import { accessPointOutcome, type Outcome, systemOutcome } from "../../core/slicing/outcome.ts";
import { createEqualPolicy } from "../../core/slicing/policies/equal.ts";
import type { SlicingPolicy } from "../../core/slicing/policies.ts";
import { reward } from "../../core/slicing/reward.ts";
import type { SlicingScenario } from "../../core/slicing/scenario.ts";
import { type AccessPointSlot, SlicingSimulation } from "../../core/slicing/simulation.ts";
import type { Simulator, SlotResult } from "./simulator.ts";
import {
  createReferences,
  type ReferenceOutcomes,
  referenceOutcomes,
} from "./slicing-references.ts";

/** The slicing system: each access point an agent `ap-0`, `ap-1`, … */
export class SlicingSimulator implements Simulator {
  readonly description: BridgeSystem;
  readonly agents: readonly string[];
  readonly initialAction: readonly number[];
  private readonly scenario: SlicingScenario;
  private readonly referenceNames: readonly string[];
  private references: SlicingPolicy[];
  private simulation: SlicingSimulation;
  private slots: readonly AccessPointSlot[] = [];
  private referenced: ReferenceOutcomes[] = [];

  constructor(scenario: SlicingScenario, references: readonly string[], seed: number) {
    this.scenario = scenario;
    this.description = describeSlicing(scenario);
    this.agents = Array.from({ length: scenario.accessPoints }, (_, b) => `ap-${b}`);
    this.initialAction = equalAction(scenario);
    this.referenceNames = references;
    this.references = createReferences(scenario, references, seed);
    this.simulation = new SlicingSimulation(scenario, seed);
  }

  begin(): readonly (readonly number[])[] {
    this.slots = this.simulation.next();
    this.referenced = [];
    return this.slots.map((slot) => Array.from(slot.observation));
  }

  /** The optimal reference takes about a quarter of a millisecond an access point: not at the boundary. */
  prepare(): void {
    for (const slot of this.slots.slice(this.referenced.length)) {
      this.referenced.push(referenceOutcomes(this.scenario, this.references, slot));
    }
  }

  end(actions: readonly (readonly number[])[]): readonly SlotResult[] {
    this.prepare();
    const outcomes = this.slots.map((slot, b) =>
      accessPointOutcome(this.scenario, slot.users, Float64Array.from(actions[b] ?? [])),
    );
    const system = systemOutcome(outcomes);
    const { scope, delayUnit } = this.scenario.reward;
    return outcomes.map((own, b) => ({
      reward: reward(this.scenario, scope === "system" ? system : own, delayUnit),
      performance: this.measures(own),
      references: Object.fromEntries(
        Array.from(this.referenced[b] ?? [], ([name, outcome]) => [name, this.measures(outcome)]),
      ),
    }));
  }

  reset(seed?: number): void {
    if (seed === undefined) {
      this.simulation.startEpisode();
      return;
    }
    this.references = createReferences(this.scenario, this.referenceNames, seed);
    this.simulation = new SlicingSimulation(this.scenario, seed);
  }

  private measures(outcome: Outcome): Record<string, number> {
    return { ...performanceOf(this.scenario, outcome) };
  }
}

function equalAction(scenario: SlicingScenario): number[] {
  const action = createEqualPolicy(scenario).decide(new Float64Array(0));
  return action instanceof Promise ? [] : Array.from(action);
}
