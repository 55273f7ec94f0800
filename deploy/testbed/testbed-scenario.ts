import { type SlicingScenario, slicingScenarioSchema } from "../../core/slicing/scenario.ts";

/**
 * Table 1's tasks, slices and limits with the testbed's budgets: 18 bandwidth blocks, and 9 compute
 * blocks because the kernel gives no cgroup less than 1 ms of CPU. The radio's numbers only serve a
 * trainer: with users 10 m away every MHz carries about 25 Mbit/s, so 1.44 MHz are the 36 Mbit/s of the link.
 */
export const testbedScenario: SlicingScenario = slicingScenarioSchema.parse({
  accessPoints: 1,
  cellRadiusM: 10,
  minDistanceM: 10,
  bandwidthMhz: 1.44,
  bandwidthBlockMhz: 0.08,
  bandwidthUnitMhz: 0.001,
  computeKmcPerS: 900,
  computeBlockKmcPerS: 100,
  reward: { delayUnit: "slot", scope: "local" },
});
