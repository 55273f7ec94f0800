import { beforeEach, expect, test } from "vitest";
import { BridgeClock } from "../../../../agent/bridge/bridge-clock.ts";
import { type HelloReply, helloReplySchema } from "../../../../core/messages/bridge.ts";
import { describeSlicing } from "../../../../core/messages/bridge-slicing.ts";
import { paperScenario } from "../../../../core/slicing/scenario.ts";

const periodMs = 4;
let nowNs = 0n;
let clock: BridgeClock;

const at = (instantMs: number) => BigInt(Math.round(instantMs * 1e6));

function hello(changes: Partial<HelloReply> = {}): HelloReply {
  return helloReplySchema.parse({
    ...describeSlicing(paperScenario),
    type: "hello",
    protocol: 1,
    instance: "first",
    clock: "real-time",
    slotPeriodMs: periodMs,
    agents: ["ap-0"],
    ...changes,
  });
}

/** The next tick's slot and skipped count, once the clock has moved to an instant. */
async function tickAt(instantMs: number): Promise<[number | undefined, number | undefined]> {
  nowNs = at(instantMs);
  const tick = await clock.next();
  return [tick?.slot, tick?.skipped];
}

beforeEach(() => {
  nowNs = 0n;
  clock = new BridgeClock(periodMs, () => nowNs);
});

test("without a simulator slots go by on the box's own clock", async () => {
  expect(await tickAt(0)).toEqual([0, 0]);
  expect(await tickAt(4)).toEqual([1, 0]);
  expect(await tickAt(15.9)).toEqual([3, 1]);
});

test("an observation begins its slot at once", async () => {
  clock.joined(hello());
  clock.observed(70, at(1));
  nowNs = at(1.5);
  expect(await clock.next()).toEqual({
    slot: 70,
    skipped: 0,
    startedNs: at(1),
    deadlineNs: at(1 + 0.9 * periodMs),
  });
});

test("slots that the simulator skipped are counted", async () => {
  clock.joined(hello());
  clock.observed(7, at(0));
  await tickAt(0);
  clock.observed(10, at(12));
  expect(await tickAt(12)).toEqual([10, 2]);
});

test("of observations that arrive together the last begins a slot", async () => {
  clock.joined(hello());
  const next = clock.next();
  for (const slot of [3, 4, 5]) clock.observed(slot, at(1));
  expect(await next).toMatchObject({ slot: 5, skipped: 2 });
});

test("an observation that does not come leaves its slot 60 % of the period, then it begins without", async () => {
  clock.joined(hello());
  clock.observed(7, at(0));
  await tickAt(0);
  nowNs = at(4 + 0.5 * periodMs);
  let begun = false;
  const next = clock.next().then((tick) => {
    begun = true;
    return tick;
  });
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(begun).toBe(false);
  nowNs = at(4 + 0.6 * periodMs);
  expect(await next).toMatchObject({ slot: 8, skipped: 0, startedNs: at(4) });
});

test("an observation that comes after its slot began without it is no second tick", async () => {
  clock.joined(hello());
  clock.observed(7, at(0));
  await tickAt(0);
  expect(await tickAt(4 + 0.7 * periodMs)).toEqual([8, 0]);
  clock.observed(8, at(7));
  clock.observed(9, at(8));
  expect(await tickAt(8)).toEqual([9, 0]);
});

test("when the simulator dies the slots keep their numbers and their pace", async () => {
  clock.joined(hello());
  clock.observed(7, at(0));
  await tickAt(0);
  clock.lost();
  expect(await tickAt(4)).toEqual([8, 0]);
  expect(await tickAt(8)).toEqual([9, 0]);
});

test("a restarted simulator's numbers are followed, also backwards", async () => {
  clock.joined(hello());
  clock.observed(700, at(0));
  await tickAt(0);
  clock.lost();
  clock.joined(hello({ instance: "second" }));
  clock.observed(2, at(5));
  expect(await tickAt(5)).toEqual([2, 0]);
  clock.joined(hello({ instance: "third" }));
  clock.observed(90, at(9));
  expect(await tickAt(9)).toEqual([90, 0]);
});

test("slots missed while only the connection was lost are counted as skipped", async () => {
  clock.joined(hello());
  clock.observed(7, at(0));
  await tickAt(0);
  clock.lost();
  clock.joined(hello());
  clock.observed(10, at(12));
  expect(await tickAt(12)).toEqual([10, 2]);
});

test("in lockstep a slot waits for its observation, and for nothing once the simulator is gone", async () => {
  clock.joined(hello({ clock: "lockstep", stepTimeoutMs: 500 }));
  clock.observed(0, at(0));
  expect(await clock.next()).toMatchObject({ slot: 0, deadlineNs: at(450) });
  nowNs = at(100 * periodMs);
  let begun = false;
  const next = clock.next().then((tick) => {
    begun = true;
    return tick;
  });
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(begun).toBe(false);
  clock.lost();
  expect(await next).toMatchObject({ slot: 100 });
});

test("a stopped clock ends the wait and gives no more ticks", async () => {
  await tickAt(0);
  const next = clock.next();
  clock.stop();
  expect(await next).toBeUndefined();
  expect(await clock.next()).toBeUndefined();
});

test("the loop begins with a whole real-time slot, and with the lockstep slot that waits for it", async () => {
  clock.joined(hello());
  clock.observed(5, at(0));
  clock.begin();
  clock.observed(6, at(4));
  expect(await tickAt(4)).toEqual([6, 0]);
  clock.joined(hello({ clock: "lockstep", instance: "second" }));
  clock.observed(0, at(8));
  clock.begin();
  expect(await tickAt(8)).toEqual([0, 0]);
});
