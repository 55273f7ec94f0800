import { createRandom, type SeededRandom } from "../../core/random.ts";
import { type ActionSpace, allocationOf } from "../../core/slicing/action-space.ts";
import type { AccessPointSlot } from "../../core/slicing/demand/demand.ts";
import { learnedRewards } from "../../core/slicing/learned-rewards.ts";
import type { Outcome } from "../../core/slicing/outcome.ts";
import type { SlicingScenario } from "../../core/slicing/scenario.ts";
import { SlicingSimulation } from "../../core/slicing/simulation.ts";

const maxSeed = 2 ** 31;

/** Streams of chance under a run's seed; access point b explores by `exploration + b`. */
const streams = { exploration: 128, worlds: 4096 };

/** One seed's site: its access points' world, and how each of them explores. */
export class Replica {
  readonly seed: number;
  private readonly scenario: SlicingScenario;
  private readonly space: ActionSpace;
  private readonly explorers: readonly SeededRandom[];
  private simulation: SlicingSimulation;
  private current: readonly AccessPointSlot[] = [];

  constructor(scenario: SlicingScenario, space: ActionSpace, seed: number) {
    this.seed = seed;
    this.scenario = scenario;
    this.space = space;
    this.explorers = Array.from({ length: scenario.accessPoints }, (_, b) =>
      createRandom(seed, streams.exploration + b),
    );
    this.simulation = new SlicingSimulation(scenario, seed);
  }

  /** The observations of all access points in the slot at hand. */
  get observations(): readonly Float64Array[] {
    return this.current.map(({ observation }) => observation);
  }

  /** Every episode is a world of its own, so that a run can go on at any of them. */
  startEpisode(episode: number): void {
    const world = createRandom(this.seed, streams.worlds + episode).integer(maxSeed);
    this.simulation = new SlicingSimulation(this.scenario, world);
    this.current = this.simulation.next();
  }

  /** An access point's uniform joint action, with probability ε. */
  explore(accessPoint: number, epsilon: number): Float64Array | undefined {
    const random = this.explorers[accessPoint] as SeededRandom;
    if (random.uniform() >= epsilon) return undefined;
    return allocationOf(this.space, random.integer(this.space.size));
  }

  /** What the slot at hand brings under these allocations; the next slot is then at hand. */
  step(allocations: readonly Float64Array[]): readonly (Outcome | undefined)[] {
    const outcomes = this.simulation.apply(allocations);
    this.current = this.simulation.next();
    return outcomes;
  }

  /** What every access point learns from. */
  rewards(outcomes: readonly (Outcome | undefined)[]): number[] {
    return learnedRewards(this.scenario, outcomes);
  }

  /** State of chance between two episodes. */
  state(): number[][] {
    return this.explorers.map((random) => random.state());
  }

  restore(state: readonly (readonly number[])[]): void {
    for (const [b, words] of state.entries()) this.explorers[b]?.restore(words);
  }
}
