import { createAllocationEnvelope, type Envelope } from "../allocation/envelope.ts";
import { SlotwiseError } from "../errors.ts";
import type { TaskCounts } from "./arrivals/slot-tally.ts";
import type { AccessPointSlot } from "./demand/demand.ts";
import type { Outcome } from "./outcome.ts";
import { meanPerformance, type Performance, performanceOf } from "./performance.ts";
import type { SlicingPolicy } from "./policies.ts";
import { bandwidthBlockBudget, computeBlockBudget, type SlicingScenario } from "./scenario.ts";
import { SlicingSimulation } from "./simulation.ts";

/** What became of the tasks that arrived; drops count as late, with the delay cap. */
export interface TaskReport
  extends Pick<TaskCounts, "arrived" | "completed" | "refused" | "expired"> {
  readonly meanSojournMs: number;
  readonly satisfaction: number;
}

/** What only a scenario with mobility or arrivals has. */
export interface CourseCounts {
  /** Slots of access points where nobody asked for anything. */
  readonly idle?: number;
  /** With mobility. */
  readonly handovers?: number;
  /** With arrivals. */
  readonly tasks?: TaskReport;
}

/** A policy at every access point of a world of its own. */
export class Course {
  private readonly policy: SlicingPolicy;
  private readonly simulation: SlicingSimulation;
  private readonly envelope: Envelope;
  private readonly outcomes: Outcome[] = [];
  private idle = 0;

  constructor(scenario: SlicingScenario, policy: SlicingPolicy, seed: number) {
    this.policy = policy;
    this.simulation = new SlicingSimulation(scenario, seed);
    this.envelope = createAllocationEnvelope({
      slices: scenario.slices.length,
      budgets: [bandwidthBlockBudget(scenario), computeBlockBudget(scenario)],
      slewBlocks: null,
    });
  }

  async step(): Promise<void> {
    const allocations: Float64Array[] = [];
    for (const slot of this.simulation.next()) allocations.push(await this.allocate(slot));
    for (const outcome of this.simulation.apply(allocations)) {
      if (outcome === undefined) this.idle++;
      else this.outcomes.push(outcome);
    }
  }

  performance(): Performance {
    const { scenario } = this.simulation;
    if (this.outcomes.length === 0) {
      throw new SlotwiseError("SCENARIO_INVALID", {
        expected: "a task in at least one slot",
        received: `none in ${this.idle} slots of access points`,
        consequence: "there is nothing to take the mean of",
      });
    }
    return meanPerformance(this.outcomes.map((outcome) => performanceOf(scenario, outcome)));
  }

  counts(): CourseCounts {
    const { mobility, arrivals } = this.simulation.scenario;
    return {
      ...((mobility ?? arrivals) !== undefined && { idle: this.idle }),
      ...(mobility !== undefined && { handovers: this.simulation.handovers }),
      ...(arrivals !== undefined && { tasks: this.taskReport() }),
    };
  }

  private taskReport(): TaskReport {
    const total = (name: keyof TaskCounts) =>
      this.outcomes.reduce((sum, { tasks }) => sum + (tasks?.[name] ?? 0), 0);
    const [completed, refused, expired] = [total("completed"), total("refused"), total("expired")];
    const left = completed + refused + expired;
    return {
      arrived: total("arrived"),
      completed,
      refused,
      expired,
      meanSojournMs: total("sojournMs") / left,
      satisfaction: total("inTime") / left,
    };
  }

  private async allocate({ observation, users }: AccessPointSlot): Promise<Float64Array> {
    const proposal = await this.policy.decide(observation, users);
    const bounded = this.envelope.bound(proposal);
    if (bounded.usable) return bounded.action;
    throw new SlotwiseError("MODEL_REFUSED", {
      expected: `${this.envelope.length} finite blocks from policy ${this.policy.name}`,
      received: `${bounded.reason}: [${Array.from(proposal).join(", ")}]`,
      consequence: "the evaluation ended",
    });
  }
}
