import { readFile } from "node:fs/promises";
import { SlotwiseError } from "../../../core/errors.ts";
import { writeFileAtomic } from "../../../platform/atomic-file.ts";
import type { ArrivalsTrace } from "./arrivals-trace.ts";
import { formatTraces, parseTraces } from "./trace-file.ts";

export async function recordTraces(path: string, traces: readonly ArrivalsTrace[]): Promise<void> {
  await writeFileAtomic(path, formatTraces(traces));
}

function refuse(path: string, expected: string, received: string): SlotwiseError {
  const consequence = "nothing was played";
  return new SlotwiseError("TRACE_INVALID", {
    expected: `${expected} in ${path}`,
    received,
    consequence,
  });
}

/**
 * The traces of a file, one or more, all of one scenario.
 *
 * @throws SlotwiseError TRACE_INVALID
 */
export async function replayTraces(path: string): Promise<ArrivalsTrace[]> {
  const text = await readFile(path, "utf8").catch((error: Error) => {
    throw refuse(path, "recorded arrivals", error.message);
  });
  const traces = parseTraces(path, text);
  const scenarios = new Set(traces.map(({ scenario }) => JSON.stringify(scenario)));
  if (scenarios.size > 1) throw refuse(path, "one scenario", `${scenarios.size} of them`);
  return traces;
}
