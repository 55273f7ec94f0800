import { describe, expect, it } from "vitest";
import { bothDirections, bothHalves } from "../../../../agent/actuate/device-pair.ts";
import type { SteeredDevice } from "../../../../agent/actuate/restore/steered-device.ts";

/** A device that changes what it is told before it confirms it. */
function deviceThat(confirms: (action: Float64Array) => Float64Array): SteeredDevice {
  let confirmed: { slot: number; applied: Float64Array } | undefined;
  return {
    locks: () => Promise.resolve([]),
    survey: () => Promise.resolve([]),
    start: () => Promise.resolve(),
    stop: () => Promise.resolve(),
    apply: (slot, action) => {
      confirmed = { slot, applied: confirms(action) };
      return Promise.resolve();
    },
    readBack: () => {
      const told = confirmed;
      confirmed = undefined;
      return told;
    },
  };
}

const faithful = deviceThat((action) => action);
const deviating = (i: number, by: number) =>
  deviceThat((action) => action.map((value, k) => (k === i ? value + by : value)));
const action = Float64Array.of(6, 6, 6, 3, 3, 3);

describe("two directions of one link", () => {
  it.each([
    ["downlink", 1],
    ["downlink", -1],
    ["uplink", 1],
    ["uplink", -1],
  ])("show a deviation of the %s by %d", async (direction, by) => {
    const other = deviating(1, by);
    const pair =
      direction === "uplink" ? bothDirections(faithful, other) : bothDirections(other, faithful);
    await pair.apply(4, action);
    expect(pair.readBack()).toEqual({ slot: 4, applied: Float64Array.of(6, 6 + by, 6, 3, 3, 3) });
  });
});

describe("two devices of which one answers later", () => {
  it("confirm each slot once both have, the oldest first, and none that one has failed", async () => {
    const confirmed: number[] = [];
    const slow: SteeredDevice = {
      ...faithful,
      readBack: () => {
        const slot = confirmed.shift();
        return slot === undefined ? undefined : { slot, applied: action };
      },
    };
    const pair = bothDirections(faithful, slow);
    await pair.apply(1, action);
    expect(pair.readBack()).toBeUndefined();
    await pair.apply(2, action);
    expect(pair.readBack()).toBeUndefined();
    await pair.apply(3, action);
    confirmed.push(1, 3);
    expect(pair.readBack()?.slot).toBe(1);
    expect(pair.readBack()?.slot).toBe(3);
    expect(pair.readBack()).toBeUndefined();
  });
});

describe("two halves of one allocation", () => {
  it("are confirmed each by its own device", async () => {
    const pair = bothHalves(deviating(0, 1), deviating(5, -1));
    await pair.apply(4, action);
    expect(pair.readBack()?.applied).toEqual(Float64Array.of(7, 6, 6, 3, 3, 2));
  });
});
