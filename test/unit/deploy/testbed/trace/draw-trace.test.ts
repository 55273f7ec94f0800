import { describe, expect, it } from "vitest";
import { testbedScenario } from "../../../../../deploy/testbed/testbed-scenario.ts";
import { drawTrace } from "../../../../../deploy/testbed/trace/draw-trace.ts";

describe("a drawn trace", () => {
  it("is the same for the same seed, and another for another", () => {
    const draw = (seed: number) => drawTrace(testbedScenario, seed, 200);
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1).slots).not.toEqual(draw(2).slots);
  });

  it("has a task of every user in every slot, wherever the user is", () => {
    const { slots } = drawTrace({ ...testbedScenario, accessPoints: 3 }, 7, 500);
    const counts = slots.map((slot) => slot.map((tasks) => tasks.length));
    for (const [a = 0, b = 0, c = 0] of counts) expect(a + b + c).toBe(60);
    expect(counts[0]?.every((count) => count > 15)).toBe(true);
    expect(new Set(counts.map(String)).size).toBeGreaterThan(10);
  });

  it("follows its course: each stretch has a mix of its own", () => {
    const { slots, course } = drawTrace(testbedScenario, 3, 1500);
    expect(course.length).toBeGreaterThan(8);
    for (const [i, { fromSlot, probabilities }] of course.entries()) {
      const tasks = slots
        .slice(fromSlot, course[i + 1]?.fromSlot)
        .flatMap(([only]) => [...(only ?? [])]);
      for (const [slice, probability] of probabilities.entries()) {
        const share = tasks.filter((task) => task === slice).length / tasks.length;
        const deviation = Math.sqrt((probability * (1 - probability)) / tasks.length);
        expect(Math.abs(share - probability)).toBeLessThan(4.5 * deviation);
      }
    }
  });
});
