import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { slicingScenarioSchema } from "../../../../core/slicing/scenario.ts";
import { testbedScenario } from "../../../../deploy/testbed/testbed-scenario.ts";

const file = parse(readFileSync("models/testbed.yaml", "utf8")) as { scenario: unknown };
const trained = slicingScenarioSchema.parse(file.scenario);

describe("the scenario that the testbed's model was trained on", () => {
  it("has the testbed's tasks and blocks, each block carrying twice as much", () => {
    const tasks = (scenario: typeof trained) =>
      scenario.slices.map(({ probability: _, ...task }) => task);
    expect(tasks(trained)).toEqual(tasks(testbedScenario));
    for (const key of [
      "bandwidthMhz",
      "bandwidthBlockMhz",
      "computeKmcPerS",
      "computeBlockKmcPerS",
    ] as const) {
      expect(trained[key]).toBeCloseTo(2 * testbedScenario[key], 12);
    }
    expect(trained.reward).toEqual(testbedScenario.reward);
  });
});
