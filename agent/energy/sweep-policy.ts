import { drawEnergySlot } from "../../core/energy/draw.ts";
import { defaultSweepRun, runSweeps } from "../../core/energy/sweep-run.ts";
import {
  type EnergySite,
  energyAction,
  energyObservation,
  energySlotOf,
} from "../../core/messages/bridge-energy.ts";
import { createRandom } from "../../core/random.ts";
import { type EnergyPolicy, openEnergyPolicy } from "../../learning/policy/energy-policy.ts";
import type { OpenPolicy } from "../policy/open-policy.ts";
import { policyRefused, reasonOf } from "../policy/policy-refusal.ts";

async function open(bytes: Uint8Array, name: string): Promise<EnergyPolicy> {
  try {
    return await openEnergyPolicy(bytes);
  } catch (cause) {
    throw policyRefused(name, reasonOf(cause), cause);
  }
}

const warmUpSlots = 30;
const warmUpTasks = 50;

/** Decides for drawn tasks: the first decisions of a process take ten times as long as later ones. */
async function warmUp(policy: OpenPolicy, site: EnergySite): Promise<void> {
  const random = createRandom(1);
  const tasks = Math.min(warmUpTasks, site.maxTasks);
  for (let slot = 0; slot < warmUpSlots; slot++) {
    const drawn = drawEnergySlot(site.scenario, tasks, random);
    await policy.decide(energyObservation(site, drawn.tasks));
  }
}

/**
 * An energy policy file as a policy of whole slots: greedy and frozen, it sweeps the observed tasks
 * with the steps that it was trained with. It is tried on drawn tasks before it is used.
 *
 * @throws SlotwiseError MODEL_REFUSED
 */
export async function openSweepPolicy(
  bytes: Uint8Array,
  name: string,
  site: EnergySite,
): Promise<OpenPolicy> {
  const policy = await open(bytes, name);
  const settings = { ...defaultSweepRun, sweep: policy.file.sweep };
  const opened: OpenPolicy = {
    name,
    async decide(observation) {
      const slot = energySlotOf(site, observation);
      const { decisions } = await runSweeps(policy, site.scenario, slot, settings);
      return energyAction(site, decisions);
    },
    release: () => policy.release(),
  };
  await warmUp(opened, site);
  return opened;
}
