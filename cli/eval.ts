import { Command, Option } from "commander";
import { builtInEnergyPolicies } from "../core/energy/policies.ts";
import { builtInPolicies } from "../core/slicing/policies.ts";
import { type EnergyEvalOptions, evalEnergy } from "./eval-energy.ts";
import { evalSlicing, type SlicingEvalOptions } from "./eval-slicing.ts";
import { systemOption, wholeNumber } from "./options.ts";

type Options = { readonly system: string } & SlicingEvalOptions & EnergyEvalOptions;

function run(options: Options): Promise<void> {
  return options.system === "energy" ? evalEnergy(options) : evalSlicing(options);
}

/** `slotwise eval`: a policy on drawn slots, against what is known to be the limit there. */
export function evalCommand(): Command {
  return new Command("eval")
    .description("Evaluate a policy on drawn slots, beside the exact optimum of the same slots")
    .requiredOption(
      "--policy <name|file>",
      `an ONNX file; slicing: ${builtInPolicies.join(", ")}; energy: ${builtInEnergyPolicies.join(", ")}`,
    )
    .addOption(systemOption())
    .option("--seed <s>", "seed of the draws", wholeNumber(0), 7)
    .option("--slots <n>", "slicing: slots to draw", wholeNumber(1), 20_000)
    .option("--users <u>", "slicing: users per access point", wholeNumber(1))
    .option("--tasks <k>", "energy: tasks of a slot", wholeNumber(1), 50)
    .option("--draws <n>", "energy: slots to draw", wholeNumber(1), 100)
    .option("--steps <n>", "energy: sweeps of a learned policy at most", wholeNumber(1), 40)
    .addOption(
      new Option("--start <kind>", "energy: where the sweeps of a learned policy begin")
        .choices(["placed", "neutral"])
        .default("placed"),
    )
    .option("--no-guard", "energy: let a learned policy's actions break limits")
    .option("--dual-bound", "energy: also the bound that respects the shared limits")
    .option("--config <file>", "YAML file with scenario values")
    .option("--json", "print one line of JSON")
    .action(run);
}
