import { expect, test } from "vitest";
import { RealTimePacer } from "../../../../sim-bridge/clock/real-time.ts";

const ms = 1_000_000n;

/** A pacer on a clock that a test turns by hand. */
function paced(slotPeriodMs: number) {
  let now = 5_000_000_000n;
  const pacer = new RealTimePacer(slotPeriodMs, () => now);
  pacer.start();
  const advance = (byMs: bigint) => {
    now += byMs * ms;
  };
  return { pacer, advance, slotEnd: () => pacer.slotEnd(new AbortController().signal) };
}

test("slots that end in time skip nothing, and lateness does not add up", async () => {
  const { advance, slotEnd } = paced(10);
  for (let slot = 0; slot < 20; slot++) {
    advance(slot === 0 ? 13n : 10n);
    expect(await slotEnd()).toBe(0);
  }
  advance(16n);
  expect(await slotEnd()).toBe(0);
  advance(1n);
  expect(await slotEnd()).toBe(0);
});

test("a process held up for whole slots skips them once and goes on", async () => {
  const { advance, slotEnd } = paced(10);
  advance(10n);
  expect(await slotEnd()).toBe(0);
  advance(57n);
  expect(await slotEnd()).toBe(4);
  advance(5n);
  expect(await slotEnd()).toBe(0);
});

test("a wait ends when it is aborted", async () => {
  const { pacer } = paced(1e6);
  const abort = new AbortController();
  const ended = pacer.slotEnd(abort.signal);
  abort.abort();
  expect(await ended).toBeUndefined();
});

test("what arrived while the process was held up is read before the slot ends", async () => {
  const { advance, slotEnd } = paced(10);
  let turn = false;
  advance(10n);
  setImmediate(() => {
    turn = true;
  });
  await slotEnd();
  expect(turn).toBe(true);
});
