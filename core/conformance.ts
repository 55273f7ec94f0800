import { z } from "zod";
import { energyConformance } from "./energy/conformance.ts";
import { slicingConformance } from "./slicing/conformance.ts";
import type { ConformanceReport } from "./vectors.ts";

const energyMark = z.object({ parameters: z.object({ kappa: z.number() }) });

/**
 * Recomputes a vector file of either system; an energy file is known by its κ.
 *
 * @throws SlotwiseError VECTORS_INVALID when the file is neither
 */
export function conformance(
  file: unknown,
): ConformanceReport & { readonly system: string; readonly cases: number } {
  return energyMark.safeParse(file).success
    ? { system: "energy", ...energyConformance(file) }
    : { system: "slicing", ...slicingConformance(file) };
}
