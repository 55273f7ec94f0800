import { existsSync, readFileSync } from "node:fs";
import { loadOnnxPolicy } from "../agent/policy/onnx-policy.ts";
import { SlotwiseError } from "../core/errors.ts";
import type { TaskReport } from "../core/slicing/course.ts";
import { type Evaluation, evaluate } from "../core/slicing/evaluation.ts";
import {
  builtInPolicies,
  createBuiltInPolicy,
  type SlicingPolicy,
} from "../core/slicing/policies.ts";
import { type SlicingScenario, slicingScenarioSchema } from "../core/slicing/scenario.ts";
import { loadConfig } from "../platform/config-file.ts";
import { modelPath, shippedModels } from "../platform/shipped-models.ts";
import { Progress } from "./progress.ts";

export interface SlicingEvalOptions {
  readonly policy: string;
  readonly slots: number;
  readonly seed: number;
  readonly users?: number;
  readonly config?: string;
  readonly json?: true;
}

async function openPolicy(
  nameOrFile: string,
  scenario: SlicingScenario,
  seed: number,
): Promise<SlicingPolicy> {
  const builtIn = createBuiltInPolicy(nameOrFile, scenario, seed);
  if (builtIn !== undefined) return builtIn;
  const file = modelPath(nameOrFile);
  if (!existsSync(file)) {
    throw new SlotwiseError("CONFIG_INVALID", {
      expected: `a policy name (${builtInPolicies.join(", ")}), ${shippedModels.join(", ")}, or an ONNX file`,
      received: nameOrFile,
      consequence: "nothing was evaluated",
    });
  }
  const length = 2 * scenario.slices.length;
  return await loadOnnxPolicy(readFileSync(file), {
    name: nameOrFile,
    observationLength: length,
    actionLength: length,
  });
}

/** A slicing policy against the full oracle, or an upper bound, on the same drawn slots. */
export async function evalSlicing(options: SlicingEvalOptions): Promise<void> {
  const scenario = loadConfig(slicingScenarioSchema, options.config, {
    ...(options.users !== undefined && { usersPerAccessPoint: options.users }),
  });
  const policy = await openPolicy(options.policy, scenario, options.seed);
  const progress = new Progress("eval", options.slots);
  const result = await evaluate(scenario, policy, options.slots, options.seed, (done) =>
    progress.update(done),
  );
  progress.end();
  process.stdout.write(options.json ? `${JSON.stringify(result)}\n` : table(result));
}

function table(result: Evaluation): string {
  const cell = (value: number | undefined, width: number, digits: number) =>
    (value?.toFixed(digits) ?? "-").padStart(width);
  const row = (name: string, r: Partial<Evaluation>) =>
    `${name.padEnd(24)}${cell(r.meanDelayMs, 10, 3)}${cell(r.satisfaction, 14, 4)}${cell(r.rewardMs, 12, 4)}${cell(r.rewardSlot, 14, 4)}\n`;
  const head = `${"policy".padEnd(24)}${"delay ms".padStart(10)}${"satisfaction".padStart(14)}${"reward ms".padStart(12)}${"reward slot".padStart(14)}\n`;
  const { optimal, bound, handovers, idle, tasks } = result;
  const notes = [
    handovers === undefined ? "" : `${handovers} handovers\n`,
    idle === undefined ? "" : `${idle} slots of access points without any demand, left out\n`,
    tasks === undefined ? "" : taskLine(tasks),
  ];
  const limit = optimal === undefined ? row("bound", bound ?? {}) : row("optimal", optimal);
  return head + row(result.policy, result) + limit + notes.join("");
}

function taskLine(tasks: TaskReport): string {
  const dropped = `${tasks.refused} refused, ${tasks.expired} given up`;
  return `${tasks.arrived} tasks, ${dropped}; mean sojourn ${tasks.meanSojournMs.toFixed(3)} ms, satisfied ${tasks.satisfaction.toFixed(4)}\n`;
}
