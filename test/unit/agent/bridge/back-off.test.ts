import { expect, test } from "vitest";
import { BackOff } from "../../../../agent/bridge/back-off.ts";

test("the first retry comes within 200 ms and none later than 2 s", () => {
  const backOff = new BackOff(() => 0);
  const delays = Array.from({ length: 8 }, () => backOff.nextDelayMs());
  expect(delays[0]).toBeLessThanOrEqual(200);
  expect(delays).toEqual([...delays].sort((a, b) => a - b));
  expect(delays.at(-1)).toBe(2000);
});

test("agents that lost the same simulator come back spread out", () => {
  expect(new BackOff(() => 0.999).nextDelayMs()).toBeLessThan(
    0.6 * new BackOff(() => 0).nextDelayMs(),
  );
});

test("after a success the delays start over", () => {
  const backOff = new BackOff(() => 0);
  const first = backOff.nextDelayMs();
  backOff.nextDelayMs();
  backOff.reset();
  expect(backOff.nextDelayMs()).toBe(first);
});
