import { describe, expect, it } from "vitest";
import { Degradation } from "../../../../agent/control/degradation.ts";

const rule = { afterBadSlots: 3, recoverAfterSlots: 100 };

/** Good slots until it recovers. */
function slotsToRecover(degradation: Degradation): number {
  let slots = 0;
  while (degradation.active) {
    degradation.add(true);
    slots++;
  }
  return slots;
}

function degrade(degradation: Degradation): void {
  for (let i = 0; i < 3; i++) degradation.add(false);
}

describe("degradation", () => {
  it("comes after three bad slots in a row, not after three in all", () => {
    const degradation = new Degradation(rule);
    for (const good of [false, false, true, false, false]) degradation.add(good);
    expect(degradation.active).toBe(false);
    expect(degradation.add(false)).toBe("degraded");
  });

  it("ends after 100 good slots in a row", () => {
    const degradation = new Degradation(rule);
    degrade(degradation);
    for (let i = 0; i < 99; i++) degradation.add(true);
    degradation.add(false);
    expect(slotsToRecover(degradation)).toBe(100);
  });

  it("asks for twice as many at each relapse, so that it does not come and go", () => {
    const degradation = new Degradation(rule);
    const asked = [1, 2, 3, 4].map(() => {
      degrade(degradation);
      return slotsToRecover(degradation);
    });
    expect(asked).toEqual([100, 200, 400, 800]);
  });

  it("asks for 100 again after a long good stretch", () => {
    const degradation = new Degradation(rule);
    degrade(degradation);
    slotsToRecover(degradation);
    for (let i = 0; i < 101; i++) degradation.add(true);
    degrade(degradation);
    expect(slotsToRecover(degradation)).toBe(100);
  });

  it("never comes where the rule says so", () => {
    const degradation = new Degradation({ ...rule, afterBadSlots: null });
    for (let i = 0; i < 1000; i++) degradation.add(false);
    expect(degradation.active).toBe(false);
  });
});
