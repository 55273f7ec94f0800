import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { Command, Option } from "commander";
import { SlotwiseError } from "../core/errors.ts";
import { schemes } from "../learning/experiment/schemes.ts";
import { providers } from "../learning/runtime/provider.ts";
import { systemOption, wholeNumber } from "./options.ts";
import { trainContinuousPolicy } from "./train-continuous.ts";
import { type EnergyTrainOptions, energySchemes, trainEnergyPolicy } from "./train-energy.ts";
import { presets, type SlicingTrainOptions, trainSlicing } from "./train-slicing.ts";

type Options = { readonly system: string; readonly scheme?: string } & Omit<
  SlicingTrainOptions,
  "scheme"
> &
  Omit<EnergyTrainOptions, "scheme">;

/** Each system's schemes; the first is what trains without `--scheme`. */
const schemesOf: Readonly<Record<string, readonly string[]>> = {
  slicing: Object.keys(schemes),
  energy: [...energySchemes, "continuous"],
};

async function run(options: Options): Promise<void> {
  const known = schemesOf[options.system] ?? [];
  const scheme = options.scheme ?? known[0];
  if (scheme === undefined || !known.includes(scheme)) {
    throw new SlotwiseError("CONFIG_INVALID", {
      expected: `--scheme ${known.join(" or ")} for --system ${options.system}`,
      received: String(scheme),
      consequence: "nothing was trained",
    });
  }
  if (options.system === "slicing") {
    await trainSlicing({ ...options, scheme: scheme as SlicingTrainOptions["scheme"] });
    return;
  }
  const energy = { ...options, out: await policyPath(options.out) };
  if (scheme === "continuous") await trainContinuousPolicy(energy);
  else await trainEnergyPolicy({ ...energy, scheme: scheme as EnergyTrainOptions["scheme"] });
}

/** The policy file of a run that writes nothing else: the file itself, or `policy.onnx` in a directory. */
async function policyPath(out: string): Promise<string> {
  if (out.endsWith(".onnx")) return out;
  await mkdir(out, { recursive: true });
  return join(out, "policy.onnx");
}

/** `slotwise train`: learns a policy and writes it as a file; Ctrl-C keeps what was learned so far. */
export function trainCommand(): Command {
  return new Command("train")
    .description(
      "Train a policy: slicing with one learner per access point, averaged after every episode; energy offline over drawn slots",
    )
    .addOption(systemOption())
    .option(
      "--scheme <name>",
      `what learns; slicing: ${schemesOf.slicing?.join(", ")}; energy: ${schemesOf.energy?.join(", ")}`,
    )
    .addOption(
      new Option("--preset <name>", "slicing: defaults of the learner")
        .choices(Object.keys(presets))
        .default("edge"),
    )
    .option(
      "--episodes <n>",
      "slicing: of 100 slots; energy: of one slot swept 40 times; continuous: of 100 updates",
      wholeNumber(1),
      1000,
    )
    .option("--seed <s>", "seed of everything drawn; the first of several", wholeNumber(0), 1)
    .option("--seeds <n>", "slicing: so many runs side by side", wholeNumber(1), 1)
    .option("--jobs <n>", "slicing: threads that the seeds are dealt out to", wholeNumber(1), 1)
    .option(
      "--update-every <slots>",
      "slicing: slots between two updates of a learner",
      wholeNumber(1),
      1,
    )
    .addOption(
      new Option("--learner <library>", "slicing: what runs the updates")
        .choices(["onnx", "tfjs"])
        .default("onnx"),
    )
    .addOption(
      new Option("--provider <name>", "slicing: where ONNX Runtime updates")
        .choices(providers)
        .default("cpu"),
    )
    .requiredOption(
      "--out <dir>",
      "policy, metrics, curves, checkpoint; energy: the policy, also as FILE.onnx",
    )
    .option(
      "--checkpoint-every <n>",
      "slicing: episodes between two checkpoints",
      wholeNumber(1),
      100,
    )
    .option("--resume", "slicing: go on from the checkpoints in --out")
    .option(
      "--config <file>",
      "YAML file with `scenario` and `learner` values; energy also `sweep` and `training`; continuous: `scenario` and `actor`",
    )
    .option(
      "--eval-slots <n>",
      "slicing: slots per access point to evaluate on",
      wholeNumber(1),
      5000,
    )
    .option("--eval-seed <s>", "seed of the evaluation", wholeNumber(0), 7)
    .option("--json", "print one line of JSON")
    .action(run);
}
