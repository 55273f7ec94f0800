/** Times a whole task of a slice takes at a user's shares: [uplink, compute, downlink], ms. */
type StageTimesMs = readonly [number, number, number];

/** What is left of a task, per stage, as a share of the whole. */
type Rest = [number, number, number];

const whole: Rest = [1, 1, 1];

/**
 * The tasks of one user and slice, all of one size: first come, first served, one at a time. A task
 * that a slot's end interrupts goes on where it was.
 */
export class TaskQueue {
  /** Time since arrival, head first, ms. */
  private readonly waitedMs: number[] = [];
  private head: Rest = [...whole];

  get length(): number {
    return this.waitedMs.length;
  }

  /** What is left of all tasks, in tasks, per stage. */
  get backlog(): Readonly<Rest> {
    const behind = this.length - 1;
    return behind < 0 ? [0, 0, 0] : (this.head.map((rest) => behind + rest) as Rest);
  }

  /** Adds tasks that arrive now; the number that found no room. */
  add(tasks: number, room: number): number {
    const admitted = Math.min(tasks, room - this.length);
    for (let k = 0; k < admitted; k++) this.waitedMs.push(0);
    return tasks - admitted;
  }

  /** Works for one slot; the sojourn time of every task that is done, ms. */
  serve(stages: StageTimesMs, slotMs: number): number[] {
    const done: number[] = [];
    let clockMs = 0;
    while (this.length > 0) {
      clockMs = this.workOnHead(stages, clockMs, slotMs);
      if (this.head.some((rest) => rest > 0)) break;
      done.push((this.waitedMs.shift() as number) + clockMs);
      this.head = [...whole];
    }
    for (let k = 0; k < this.length; k++) this.waitedMs[k] = (this.waitedMs[k] as number) + slotMs;
    return done;
  }

  /** Time since arrival of every task that waits, head first, ms. */
  get agesMs(): readonly number[] {
    return this.waitedMs;
  }

  /** Drops every task that is as old as the limit; how many. */
  giveUp(limitMs: number): number {
    let given = 0;
    while (this.length > 0 && (this.waitedMs[0] as number) >= limitMs) {
      this.waitedMs.shift();
      this.head = [...whole];
      given++;
    }
    return given;
  }

  private workOnHead(stages: StageTimesMs, fromMs: number, slotMs: number): number {
    let clockMs = fromMs;
    for (let stage = 0; stage < stages.length; stage++) {
      const rest = this.head[stage] as number;
      if (rest === 0) continue;
      const stageMs = stages[stage] as number;
      const neededMs = rest * stageMs;
      if (clockMs + neededMs > slotMs) {
        this.head[stage] = Math.max(0, rest - (slotMs - clockMs) / stageMs);
        return slotMs;
      }
      clockMs += neededMs;
      this.head[stage] = 0;
    }
    return clockMs;
  }
}
