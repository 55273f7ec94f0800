import type { Allocation } from "../../allocation/allocation.ts";
import type { Random } from "../../random.ts";
import { type ArrivalProcess, createArrivalProcess } from "../arrivals/arrival-process.ts";
import type { Arrivals } from "../arrivals/arrivals-config.ts";
import { SlotTally } from "../arrivals/slot-tally.ts";
import { TaskQueue } from "../arrivals/task-queue.ts";
import { userDelay } from "../delay.ts";
import { observeBacklog } from "../observation.ts";
import type { Outcome } from "../outcome.ts";
import type { PlacedUser } from "../placement/placement.ts";
import { type SlicingScenario, sliceOf } from "../scenario.ts";
import { countUsers, drawGains, drawSlice, type User } from "../user.ts";
import type { AccessPointSlot, Demand } from "./demand.ts";

/** What follows a user from slot to slot, wherever it is served. */
interface Terminal {
  readonly arrivals: ArrivalProcess;
  /** By slice. */
  readonly queues: readonly TaskQueue[];
}

/** A queue in a slot, and what found no room in it. */
interface Flow {
  readonly queue: TaskQueue;
  readonly refused: number;
}

/**
 * Tasks arrive at random at a slot's start and queue per user and slice. Each queue with a task in it
 * counts as one user of its slice in (1) and (2), with the shares of the slot's start until its end.
 */
export class QueuedDemand implements Demand {
  private readonly scenario: SlicingScenario;
  private readonly arrivals: Arrivals;
  private readonly terminals = new Map<number, Terminal>();
  /** Parallel to the users of each access point's slot. */
  private readonly flows: Flow[][] = [];

  constructor(scenario: SlicingScenario, arrivals: Arrivals) {
    this.scenario = scenario;
    this.arrivals = arrivals;
  }

  draw(b: number, placed: readonly PlacedUser[], random: Random): AccessPointSlot {
    const users: User[] = [];
    const flows: Flow[] = [];
    for (const { id, distanceKm, cross } of placed) {
      const channel = { ...drawGains(distanceKm, random), ...(cross !== undefined && { cross }) };
      const { arrivals, queues } = this.terminal(id);
      const arrived = this.drawTasks(arrivals, random);
      for (const [slice, queue] of queues.entries()) {
        const tasks = arrived[slice] as number;
        const refused = queue.add(tasks, this.arrivals.maxQueuedTasks);
        if (queue.length === 0) continue;
        users.push({ slice, tasks, ...channel });
        flows.push({ queue, refused });
      }
    }
    this.flows[b] = flows;
    const backlogs = flows.map(({ queue }, k) => ({
      slice: (users[k] as User).slice,
      backlog: queue.backlog,
    }));
    return { users, observation: observeBacklog(this.scenario, backlogs) };
  }

  serve(b: number, users: readonly User[], allocation: Allocation): Outcome | undefined {
    const slices = this.scenario.slices.length;
    const counts = countUsers(users, slices);
    const flows = this.flows[b] ?? [];
    const tally = new SlotTally(this.scenario.delayCapMs);
    for (const [k, user] of users.entries()) {
      const { slice } = user;
      const { queue, refused } = flows[k] as Flow;
      const [bandwidth = 0, compute = 0] = [allocation[slice], allocation[slices + slice]];
      const times = userDelay(this.scenario, user, bandwidth, compute, counts[slice] as number);
      const stages = [times.uplinkMs, times.computeMs, times.downlinkMs] as const;
      const limitMs = sliceOf(this.scenario, slice).maxDelayMs;
      tally.arrive(user.tasks ?? 0);
      tally.refuse(refused);
      for (const sojournMs of queue.serve(stages, this.scenario.slotMs)) {
        tally.complete(sojournMs, limitMs);
      }
      tally.wait(queue.agesMs);
      tally.expire(queue.giveUp(this.scenario.delayCapMs));
    }
    return tally.outcome();
  }

  private terminal(id: number): Terminal {
    const known = this.terminals.get(id);
    if (known !== undefined) return known;
    const terminal = {
      arrivals: createArrivalProcess(this.arrivals),
      queues: this.scenario.slices.map(() => new TaskQueue()),
    };
    this.terminals.set(id, terminal);
    return terminal;
  }

  /** New tasks of one user by slice. */
  private drawTasks(arrivals: ArrivalProcess, random: Random): Float64Array {
    const arrived = new Float64Array(this.scenario.slices.length);
    for (let k = arrivals.tasks(random); k > 0; k--) {
      const slice = drawSlice(this.scenario, random);
      arrived[slice] = (arrived[slice] as number) + 1;
    }
    return arrived;
  }
}
