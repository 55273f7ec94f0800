import { existsSync, readFileSync } from "node:fs";
import { runContinuous } from "../core/energy/continuous-run.ts";
import { type EnergyEvaluation, evaluateEnergy } from "../core/energy/evaluation.ts";
import {
  builtInEnergyPolicies,
  builtInEnergyPolicy,
  type EnergyAllocator,
} from "../core/energy/policies.ts";
import { energyScenarioSchema } from "../core/energy/scenario.ts";
import { defaultSweepRun, runSweeps, type SweepRunSettings } from "../core/energy/sweep-run.ts";
import { SlotwiseError } from "../core/errors.ts";
import { isContinuousPolicy, openContinuousPolicy } from "../learning/policy/continuous-policy.ts";
import { openEnergyPolicy } from "../learning/policy/energy-policy.ts";
import { loadConfig } from "../platform/config-file.ts";
import { modelPath, shippedModels } from "../platform/shipped-models.ts";
import { requirePlaces } from "./energy-places.ts";
import { Progress } from "./progress.ts";

export interface EnergyEvalOptions {
  readonly policy: string;
  readonly tasks: number;
  readonly draws: number;
  readonly seed: number;
  readonly steps: number;
  readonly start: SweepRunSettings["start"];
  readonly guard: boolean;
  readonly dualBound?: true;
  readonly config?: string;
  readonly json?: true;
}

interface OpenPolicy {
  readonly allocate: EnergyAllocator;
  release(): Promise<void>;
}

async function openPolicy(options: EnergyEvalOptions): Promise<OpenPolicy> {
  const { policy: nameOrFile, steps, start, guard } = options;
  const builtIn = builtInEnergyPolicy(nameOrFile);
  if (builtIn !== undefined) return { allocate: builtIn, release: () => Promise.resolve() };
  const file = modelPath(nameOrFile);
  if (!existsSync(file)) {
    throw new SlotwiseError("CONFIG_INVALID", {
      expected: `a policy name (${builtInEnergyPolicies.join(", ")}), ${shippedModels.join(", ")}, or an ONNX file`,
      received: nameOrFile,
      consequence: "nothing was evaluated",
    });
  }
  const bytes = readFileSync(file);
  if (isContinuousPolicy(bytes)) {
    const actor = await openContinuousPolicy(bytes);
    return {
      allocate: (scenario, slot) => runContinuous(actor, scenario, slot),
      release: () => actor.release(),
    };
  }
  const policy = await openEnergyPolicy(bytes);
  const settings = { ...defaultSweepRun, sweep: policy.file.sweep, steps, start, guarded: guard };
  return {
    allocate: (scenario, slot) => runSweeps(policy, scenario, slot, settings),
    release: () => policy.release(),
  };
}

function shown(value: number | null | undefined, digits: number): string {
  return value === null || value === undefined ? "-" : value.toFixed(digits);
}

function table(result: EnergyEvaluation): string {
  const rows = [
    ["feasible draws", `${result.feasible} of ${result.draws}`],
    ["mean energy", `${shown(result.meanEnergyJ, 4)} J`],
    ["lower bound", `${shown(result.lowerBoundJ, 4)} J`],
    ["above it", `${shown(result.gap === null ? null : 100 * result.gap, 2)} %`],
    ["steps", shown(result.steps, 1)],
    ["mean power", `${shown(result.meanPowerW, 3)} W`],
    ["mean frequency", `${shown(result.meanFrequencyHz && result.meanFrequencyHz / 1e9, 3)} GHz`],
    ["mean delay", `${shown(result.meanDelayS, 3)} s`],
    ...Object.entries(result.placeShares ?? {}).map(([place, share]) => [
      `on ${place}`,
      `${(100 * share).toFixed(1)} % of tasks`,
    ]),
    ["decision", `${shown(result.decisionMs, 2)} ms (median)`],
  ];
  return rows.map(([name = "", value]) => `${name.padEnd(16)}${value}\n`).join("");
}

/** An energy policy over drawn slots, beside the lower bound of the same slots. */
export async function evalEnergy(options: EnergyEvalOptions): Promise<void> {
  const scenario = loadConfig(energyScenarioSchema, options.config, {});
  requirePlaces(scenario, options.policy);
  const { tasks, draws, seed } = options;
  const { allocate, release } = await openPolicy(options);
  const progress = new Progress("eval", draws);
  const result = await evaluateEnergy(
    scenario,
    { name: options.policy, allocate },
    {
      tasks,
      draws,
      seed,
      withDualBound: options.dualBound === true,
      nowMs: () => performance.now(),
      onDraw: (done) => progress.update(done),
    },
  );
  progress.end();
  await release();
  process.stdout.write(options.json ? `${JSON.stringify(result)}\n` : table(result));
}
