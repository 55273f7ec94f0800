import { z } from "zod";
import { runContinuous } from "../core/energy/continuous-run.ts";
import { evaluateEnergy } from "../core/energy/evaluation.ts";
import { energyScenarioSchema } from "../core/energy/scenario.ts";
import { continuousActorSchema } from "../learning/algorithms/continuous-actor.ts";
import {
  type ContinuousUpdate,
  trainContinuous,
} from "../learning/experiment/continuous-training.ts";
import {
  exportContinuousPolicy,
  openContinuousPolicy,
} from "../learning/policy/continuous-policy.ts";
import { writeFileAtomic } from "../platform/atomic-file.ts";
import { loadConfig } from "../platform/config-file.ts";
import { shutdownSignal } from "../platform/shutdown.ts";
import { requirePlaces } from "./energy-places.ts";
import { type EnergyTrainOptions, evaluatedDraws, evaluatedTasks } from "./train-energy.ts";

/** An episode of this scheme is so many updates. */
const updatesPerEpisode = 100;
export type ContinuousTrainOptions = Omit<EnergyTrainOptions, "scheme">;

const configSchema = z.strictObject({
  scenario: energyScenarioSchema.prefault({}),
  actor: continuousActorSchema.prefault({}),
});

/** A line on standard error about twenty times. */
function showUpdates(updates: number): (report: ContinuousUpdate) => void {
  const every = Math.max(1, Math.round(updates / 20));
  return ({ update, lossJ, energyJ }) => {
    if (update % every !== 0 && update !== 1) return;
    process.stderr.write(
      `update ${update}/${updates}: cost ${lossJ.toFixed(5)} J, energy ${energyJ.toFixed(5)} J\n`,
    );
  };
}

/** Trains the continuous actor and writes it as a file; Ctrl-C keeps what was learned so far. */
export async function trainContinuousPolicy(options: ContinuousTrainOptions): Promise<void> {
  const { seed, out, evalSeed } = options;
  const { scenario, actor: config } = loadConfig(configSchema, options.config, {});
  requirePlaces(scenario, "continuous");
  const signal = shutdownSignal();
  const updates = updatesPerEpisode * options.episodes;
  const startedMs = performance.now();
  const onUpdate = showUpdates(updates);
  const trained = await trainContinuous({ scenario, config, updates, seed, signal, onUpdate });
  const trainingS = (performance.now() - startedMs) / 1e3;
  const { parameters, ...course } = trained;
  const policy = await openContinuousPolicy(
    exportContinuousPolicy(scenario, config, parameters, {}),
  );
  const result = await evaluateEnergy(
    scenario,
    { name: "continuous", allocate: (drawn, slot) => runContinuous(policy, drawn, slot) },
    {
      ...{ tasks: evaluatedTasks, draws: evaluatedDraws, seed: evalSeed, withDualBound: false },
      nowMs: () => performance.now(),
    },
  );
  await policy.release();
  const command = `slotwise ${process.argv.slice(2).join(" ")}`;
  const record = { command, scheme: "continuous", seed, ...course, result };
  const bytes = exportContinuousPolicy(scenario, config, parameters, record);
  await writeFileAtomic(out, bytes);
  const gap = result.gap === null ? "-" : `${(100 * result.gap).toFixed(3)} %`;
  process.stdout.write(
    options.json
      ? `${JSON.stringify({ ...record, out, bytes: bytes.length, trainingS })}\n`
      : `${out}: ${result.feasible} of ${evaluatedDraws} draws feasible, ${gap} above the lower bound, ${course.updates} updates in ${trainingS.toFixed(0)} s\n`,
  );
}
