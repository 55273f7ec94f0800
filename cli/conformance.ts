import { readFileSync } from "node:fs";
import { Command } from "commander";
import { conformance } from "../core/conformance.ts";
import { vectorsInvalid } from "../core/vectors.ts";

const tolerance = 1e-9;

function readVectors(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (cause) {
    throw vectorsInvalid(`a readable JSON file at ${file}`, String(cause), { cause });
  }
}

/** `slotwise conformance FILE`: exit 1 when any recomputed value is off by more than 1e-9. */
export function conformanceCommand(): Command {
  return new Command("conformance")
    .description("Recompute every value of a vector file and print the largest relative error")
    .argument("<file>", "a vector file of the slicing or the energy system")
    .option("--json", "print JSON (the only form; accepted for uniformity)")
    .action((file: string) => {
      const report = conformance(readVectors(file));
      process.stdout.write(`${JSON.stringify({ file, tolerance, ...report })}\n`);
      if (!(report.maxRelativeError <= tolerance)) process.exitCode = 1;
    });
}
