import type { Observation } from "../allocation/allocation.ts";
import { type SlicingScenario, sliceOf } from "./scenario.ts";

const bitsPerKbit = 1e3;
const cyclesPerKmc = 1e9;

/** Bits and cycles one user of each slice asks for, in the layout of an observation. */
export function demandPerUser(scenario: SlicingScenario): Float64Array {
  const bits = scenario.slices.map((s) => s.uplinkKbit * (1 + scenario.resultRatio) * bitsPerKbit);
  const cycles = scenario.slices.map((s) => s.workKmc * cyclesPerKmc);
  return Float64Array.from([...bits, ...cycles]);
}

/** The observation of an access point that serves n_i users of each slice. */
export function observe(scenario: SlicingScenario, counts: Float64Array): Observation {
  return demandPerUser(scenario).map((demand, i) => demand * (counts[i % counts.length] ?? 0));
}

/** What is left of a queue's tasks, in whole tasks, of [uplink, compute, downlink]. */
interface SliceBacklog {
  readonly slice: number;
  readonly backlog: readonly [number, number, number];
}

/** The observation of an access point whose queues hold these backlogs, new tasks included. */
export function observeBacklog(
  scenario: SlicingScenario,
  backlogs: readonly SliceBacklog[],
): Observation {
  const slices = scenario.slices.length;
  const observation = new Float64Array(2 * slices);
  const add = (i: number, demand: number) => {
    observation[i] = (observation[i] as number) + demand;
  };
  for (const { slice, backlog } of backlogs) {
    const { uplinkKbit, workKmc } = sliceOf(scenario, slice);
    const [uplink, compute, downlink] = backlog;
    add(slice, (uplink + scenario.resultRatio * downlink) * uplinkKbit * bitsPerKbit);
    add(slices + slice, compute * workKmc * cyclesPerKmc);
  }
  return observation;
}

/** n_i as seen in the bits an observation asks for; fractional where the counters are. */
export function usersFromBits(scenario: SlicingScenario, observation: Observation): Float64Array {
  const demand = demandPerUser(scenario);
  return observation.slice(0, scenario.slices.length).map((bits, i) => bits / (demand[i] ?? 1));
}

/** n_i as seen in the cycles an observation asks for. */
export function usersFromCycles(scenario: SlicingScenario, observation: Observation): Float64Array {
  const slices = scenario.slices.length;
  const demand = demandPerUser(scenario);
  return observation.slice(slices).map((cycles, i) => cycles / (demand[slices + i] ?? 1));
}
