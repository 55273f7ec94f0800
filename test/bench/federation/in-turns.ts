import { setImmediate as nextTurn } from "node:timers/promises";

/**
 * One after the other the works of many boxes on one thread, each in a turn of the event loop of its own.
 * Boxes have a processor each; here a connection waits for one box's work at most, not for that of all.
 */
export function createTurns(): (work: () => void) => void {
  let last = Promise.resolve();
  return (work) => {
    last = last.then(async () => {
      await nextTurn();
      work();
    });
  };
}
