import type { z } from "zod";

/** No two slices share one thing of the kernel's: what the second is given, the first would lose. */
export function refuseRepeated(names: readonly string[], { addIssue }: z.RefinementCtx): void {
  for (const name of new Set(names.filter((name, i) => names.indexOf(name) < i))) {
    addIssue({ code: "custom", message: `${name} is named twice` });
  }
}
