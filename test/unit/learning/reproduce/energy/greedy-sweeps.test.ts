import { expect, test } from "vitest";
import { defaultEnergyScenario } from "../../../../../core/energy/scenario.ts";
import { greedySweeps } from "../../../../../learning/reproduce/energy/greedy-sweeps.ts";

const steps = { powerW: 0.05, frequencyHz: 0.05e9 };
const gateways = [
  { x: 0, y: 0, server: 0 },
  { x: 150, y: 0, server: 1 },
];
const task = {
  x: 10,
  y: 0,
  resultBytes: 1,
  storageBytes: 1,
  cycles: 400e6,
  deadlineS: 0.5,
  reachable: [0, 1],
};
const decision = { gateway: 0, powerW: 0.5, frequencyHz: 1e9 };

test("a task that keeps its deadline at once needs one sweep", () => {
  const slot = { gateways, tasks: [task] };
  expect(greedySweeps(defaultEnergyScenario, slot, [decision], steps)).toBe(1);
});

test("every raise is a sweep, and the slowest task decides", () => {
  const slow = { ...task, cycles: 599e6 };
  const slot = { gateways, tasks: [task, slow] };
  expect(greedySweeps(defaultEnergyScenario, slot, [decision, decision], steps)).toBe(1 + 4);
});

test("a task passed on to its second gateway has tried the first as well", () => {
  const slot = { gateways, tasks: [task] };
  const second = { ...decision, gateway: 1 };
  expect(greedySweeps(defaultEnergyScenario, slot, [second], steps)).toBe(2);
});
