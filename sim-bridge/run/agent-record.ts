import type { SlotResult } from "../simulators/simulator.ts";
import { RunningMeans } from "./running-means.ts";

/** An agent's line in a simulator's final report. */
export interface AgentReport {
  readonly slots: number;
  /** Slots that ran on the last action because no step came in time. */
  readonly held: number;
  readonly own: Readonly<Record<string, number>>;
  readonly references: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/** Counts and means of one agent since the simulator started. */
export class AgentRecord {
  private slots = 0;
  private held = 0;
  private readonly own = new RunningMeans();
  private readonly references = new Map<string, RunningMeans>();

  add(result: SlotResult, held: boolean): void {
    this.slots++;
    if (held) this.held++;
    this.own.add(result.performance);
    for (const [name, measures] of Object.entries(result.references)) {
      let means = this.references.get(name);
      if (means === undefined) {
        means = new RunningMeans();
        this.references.set(name, means);
      }
      means.add(measures);
    }
  }

  report(): AgentReport {
    return {
      slots: this.slots,
      held: this.held,
      own: this.own.means(),
      references: Object.fromEntries(
        Array.from(this.references, ([name, means]) => [name, means.means()]),
      ),
    };
  }
}
