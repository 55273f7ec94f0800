import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TaskQueue } from "../../../../../core/slicing/arrivals/task-queue.ts";

describe("TaskQueue", () => {
  it("serves two tasks of 4 + 2 + 2 ms over slots of 10 ms as computed by hand", () => {
    const queue = new TaskQueue();
    queue.add(2, 8);
    expect(queue.serve([4, 2, 2], 10)).toEqual([8]);
    expect(queue.backlog).toEqual([0.5, 1, 1]);
    expect(queue.agesMs).toEqual([10]);
    queue.add(1, 8);
    expect(queue.backlog).toEqual([1.5, 2, 2]);
    // The rest of the second takes 2 + 2 + 2 ms; the third's uplink ends with the slot.
    expect(queue.serve([4, 2, 2], 10)).toEqual([16]);
    expect(queue.backlog).toEqual([0, 1, 1]);
    // With a faster server: 1 + 2 ms after one slot's wait.
    expect(queue.serve([4, 1, 2], 10)).toEqual([13]);
    expect(queue.length).toBe(0);
  });

  it("makes no progress in the air without bandwidth, but computes what has arrived", () => {
    const queue = new TaskQueue();
    queue.add(1, 8);
    expect(queue.serve([6, 8, 1], 10)).toEqual([]);
    expect(queue.backlog).toEqual([0, 0.5, 1]);
    expect(queue.serve([Number.POSITIVE_INFINITY, 8, Number.POSITIVE_INFINITY], 10)).toEqual([]);
    expect(queue.backlog).toEqual([0, 0, 1]);
    expect(queue.serve([6, 8, 1], 10)).toEqual([21]);
  });

  it("refuses what finds no room and gives up what is too old", () => {
    const queue = new TaskQueue();
    expect(queue.add(5, 3)).toBe(2);
    queue.serve([100, 1, 1], 10);
    queue.add(0, 3);
    expect(queue.giveUp(11)).toBe(0);
    expect(queue.giveUp(10)).toBe(3);
    expect(queue.backlog).toEqual([0, 0, 0]);
  });

  it("loses no task, keeps order and takes at least a task's service time", () => {
    const ms = fc.double({ min: 0.01, max: 12, noNaN: true });
    const slot = fc.record({ tasks: fc.nat(4), stages: fc.tuple(ms, ms, ms) });
    fc.assert(
      fc.property(fc.array(slot, { maxLength: 30 }), (slots) => {
        const queue = new TaskQueue();
        let [arrived, refused, done, given] = [0, 0, 0, 0];
        for (const { tasks, stages } of slots) {
          arrived += tasks;
          refused += queue.add(tasks, 6);
          const waiting = queue.length;
          const sojourns = queue.serve(stages, 10);
          done += sojourns.length;
          // Only the first may have begun before this slot.
          for (const sojournMs of sojourns.slice(1)) {
            expect(sojournMs).toBeGreaterThanOrEqual(stages[0] + stages[1] + stages[2] - 1e-9);
          }
          expect(queue.length).toBe(waiting - sojourns.length);
          expect([...queue.agesMs]).toEqual([...queue.agesMs].sort((a, b) => b - a));
          given += queue.giveUp(50);
          expect(queue.length).toBeLessThanOrEqual(6);
          for (const rest of queue.backlog) expect(rest >= 0 && rest <= queue.length).toBe(true);
        }
        expect(done + refused + given + queue.length).toBe(arrived);
      }),
    );
  });
});
