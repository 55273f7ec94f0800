import type { Random } from "../random.ts";
import type { EnergyScenario } from "./scenario.ts";
import type { Decision, EnergySlot, Gateway, Task } from "./task.ts";
import { taskCost } from "./task-cost.ts";

const servers = 4;
const gatewayCount = 11;

/**
 * Eleven gateways on a 4 × 3 grid that leaves out its last place, each wired to its column's server.
 */
export function gatewayGrid(scenario: EnergyScenario): Gateway[] {
  return Array.from({ length: gatewayCount }, (_, g) => ({
    x: (((g % servers) + 0.5) * scenario.areaM) / servers,
    y: ((Math.floor(g / servers) + 0.5) * scenario.areaM) / Math.ceil(gatewayCount / servers),
    server: g % servers,
  }));
}

/** Gateways within coverage of a place, C5. */
export function reachableGateways(
  scenario: EnergyScenario,
  gateways: readonly Gateway[],
  place: { readonly x: number; readonly y: number },
): number[] {
  return gateways.flatMap((gateway, g) =>
    Math.hypot(place.x - gateway.x, place.y - gateway.y) <= scenario.coverageM ? [g] : [],
  );
}

/** Full power and frequency, in every place there is. */
function fastest(scenario: EnergyScenario, gateway: number): Decision[] {
  const { offloading } = scenario;
  const [, powerW] = scenario.powerW;
  const edge = { gateway, powerW, frequencyHz: scenario.frequencyHz[1] };
  if (offloading === undefined) return [edge];
  return [
    edge,
    { ...edge, place: "cloud", frequencyHz: offloading.cloudFrequencyHz },
    { ...edge, place: "device", frequencyHz: offloading.deviceFrequencyHz[1] },
  ];
}

/** E3: some reachable gateway could serve the task alone, at full power and frequency. */
function servable(scenario: EnergyScenario, task: Task, gateways: readonly Gateway[]): boolean {
  return task.reachable.some((gateway) =>
    fastest(scenario, gateway).some(
      (decision) =>
        taskCost(scenario, task, gateways[gateway] as Gateway, decision).totalS <= task.deadlineS,
    ),
  );
}

function drawTask(scenario: EnergyScenario, gateways: readonly Gateway[], random: Random): Task {
  const within = ([low, high]: readonly [number, number]) => low + (high - low) * random.uniform();
  for (;;) {
    const place = { x: random.uniform() * scenario.areaM, y: random.uniform() * scenario.areaM };
    const task = {
      ...place,
      resultBytes: within(scenario.resultBytes),
      storageBytes: within(scenario.storageBytes),
      cycles: within(scenario.cycles),
      deadlineS: within(scenario.deadlineS),
      reachable: reachableGateways(scenario, gateways, place),
      ...(scenario.offloading && { inputBytes: within(scenario.offloading.inputBytes) }),
    };
    if (servable(scenario, task, gateways)) return task;
  }
}

/** One slot of `tasks` tasks: places uniform in the square, redrawn until covered and servable (E3). */
export function drawEnergySlot(
  scenario: EnergyScenario,
  tasks: number,
  random: Random,
): EnergySlot {
  const gateways = gatewayGrid(scenario);
  return {
    gateways,
    tasks: Array.from({ length: tasks }, () => drawTask(scenario, gateways, random)),
  };
}
