import { lowerBound } from "../../core/energy/bounds.ts";
import { drawEnergySlot } from "../../core/energy/draw.ts";
import type { Decision, EnergySlot } from "../../core/energy/task.ts";
import {
  type EnergySite,
  energyAction,
  energyObservation,
  energySlotOf,
} from "../../core/messages/bridge-energy.ts";
import type { Policy } from "../../core/policy.ts";
import { createRandom } from "../../core/random.ts";
import type { AgentSystem } from "../system.ts";
import { createEnergyEnvelope } from "./energy-envelope.ts";
import { safeDecisions } from "./safe-decisions.ts";
import { openSweepPolicy } from "./sweep-policy.ts";

type Decide = (site: EnergySite, slot: EnergySlot) => readonly Decision[];

/** Policies that need no file: GA, and every task at its own optimum whatever the others do. */
const builtIn: Readonly<Record<string, Decide>> = {
  greedy: safeDecisions,
  "lower-bound": ({ scenario }, slot) => lowerBound(scenario, slot).decisions,
};

export const energyBuiltInPolicies: readonly string[] = Object.keys(builtIn);

export interface EnergySystemOptions {
  readonly site: EnergySite;
  readonly slotMs: number;
  /** K where the agent draws its own tasks. */
  readonly drawnTasks: number;
}

/**
 * The energy system for an agent. Its safe policy is GA on the last known tasks; before any are known
 * it decides for none.
 */
export function createEnergySystem(options: EnergySystemOptions): AgentSystem {
  const { site, slotMs, drawnTasks } = options;
  const { scenario } = site;
  const act = (decide: Decide, observation: Float64Array) => {
    const slot = energySlotOf(site, observation);
    return energyAction(site, decide(site, slot));
  };
  const nothing = energyObservation(site, []);
  return {
    name: "energy",
    slotMs,
    observationLength: nothing.length,
    actionLength: energyAction(site, []).length,
    envelope: createEnergyEnvelope(site),
    safePolicyName: "greedy (safe)",
    safePolicy: (last) => act(safeDecisions, last ?? nothing),
    randomAction: (random) => {
      const within = ([low, high]: readonly [number, number]) =>
        low + (high - low) * random.uniform();
      const draw = () => ({
        gateway: random.integer(site.gateways.length),
        powerW: within(scenario.powerW),
        frequencyHz: within(scenario.frequencyHz),
      });
      return energyAction(site, Array.from({ length: site.maxTasks }, draw));
    },
    builtInPolicy: (name): Policy | undefined => {
      const decide = Object.hasOwn(builtIn, name) ? builtIn[name] : undefined;
      return decide && { name, decide: (observation) => act(decide, observation) };
    },
    openPolicy: (bytes, name) => openSweepPolicy(bytes, name, site),
    drawnObservations: (seed) => {
      const random = createRandom(seed);
      return () => energyObservation(site, drawEnergySlot(scenario, drawnTasks, random).tasks);
    },
  };
}
