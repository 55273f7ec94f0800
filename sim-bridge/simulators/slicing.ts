import type { BridgeSystem } from "../../core/messages/bridge.ts";
import { describeSlicing } from "../../core/messages/bridge-slicing.ts";
import { learnedRewards } from "../../core/slicing/learned-rewards.ts";
import type { Outcome } from "../../core/slicing/outcome.ts";
import { performanceOf } from "../../core/slicing/performance.ts";
import { equalAllocation } from "../../core/slicing/policies/equal.ts";
import type { SlicingScenario } from "../../core/slicing/scenario.ts";
import { SlicingSimulation } from "../../core/slicing/simulation.ts";
import type { Simulator, SlotResult } from "./simulator.ts";
import { createReferences, type SlicingReference } from "./slicing-references.ts";

type Outcomes = readonly (Outcome | undefined)[];

/** The slicing system: each access point an agent `ap-0`, `ap-1`, … */
export class SlicingSimulator implements Simulator {
  readonly description: BridgeSystem;
  readonly agents: readonly string[];
  readonly initialAction: readonly number[];
  private readonly scenario: SlicingScenario;
  private readonly referenceNames: readonly string[];
  private references: SlicingReference[];
  private simulation: SlicingSimulation;
  /** By reference policy; undefined until the slot is prepared. */
  private referenced: ReadonlyMap<string, Outcomes> | undefined;

  constructor(scenario: SlicingScenario, references: readonly string[], seed: number) {
    this.scenario = scenario;
    this.description = describeSlicing(scenario);
    this.agents = Array.from({ length: scenario.accessPoints }, (_, b) => `ap-${b}`);
    this.initialAction = Array.from(equalAllocation(scenario));
    this.referenceNames = references;
    this.references = createReferences(scenario, references, seed);
    this.simulation = new SlicingSimulation(scenario, seed);
  }

  begin(): readonly (readonly number[])[] {
    this.referenced = undefined;
    for (const reference of this.references) reference.begin();
    return this.simulation.next().map((slot) => Array.from(slot.observation));
  }

  /** The optimal reference takes about a quarter of a millisecond an access point: not at the boundary. */
  prepare(): void {
    this.referenced ??= this.referenceOutcomes();
  }

  end(actions: readonly (readonly number[])[]): readonly SlotResult[] {
    const referenced = this.referenced ?? this.referenceOutcomes();
    const allocations = this.agents.map((_, b) => Float64Array.from(actions[b] ?? []));
    const outcomes = this.simulation.apply(allocations);
    const rewards = learnedRewards(this.scenario, outcomes);
    return outcomes.map((own, b) => ({
      reward: rewards[b] as number,
      performance: this.measures(own),
      references: Object.fromEntries(
        Array.from(referenced, ([name, of]) => [name, this.measures(of[b])]),
      ),
    }));
  }

  reset(seed?: number): void {
    if (seed === undefined) {
      for (const world of [this.simulation, ...this.references]) world.startEpisode();
      return;
    }
    this.references = createReferences(this.scenario, this.referenceNames, seed);
    this.simulation = new SlicingSimulation(this.scenario, seed);
  }

  private referenceOutcomes(): ReadonlyMap<string, Outcomes> {
    return new Map(this.references.map((reference) => [reference.name, reference.end()]));
  }

  /** None where nobody asked for anything. */
  private measures(outcome: Outcome | undefined): Record<string, number> {
    return outcome === undefined ? {} : { ...performanceOf(this.scenario, outcome) };
  }
}
