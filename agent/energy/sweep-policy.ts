import { defaultSweepRun, runSweeps } from "../../core/energy/sweep-run.ts";
import { type EnergySite, energyAction, energySlotOf } from "../../core/messages/bridge-energy.ts";
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

/**
 * An energy policy file as a policy of whole slots: greedy and frozen, it sweeps the observed tasks
 * with the steps that it was trained with.
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
  return {
    name,
    async decide(observation) {
      const slot = energySlotOf(site, observation);
      const { decisions } = await runSweeps(policy, site.scenario, slot, settings);
      return energyAction(site, decisions);
    },
    release: () => policy.release(),
  };
}
