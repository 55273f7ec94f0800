import { openStartingModel } from "../../agent/starting-model.ts";
import { requireRoom } from "./faults.ts";
import { type PlayResult, playResult } from "./report/play-result.ts";
import { type Testbed, type TestbedOptions, withTestbed } from "./testbed.ts";
import type { ArrivalsTrace } from "./trace/arrivals-trace.ts";

export interface Contest {
  readonly traces: readonly ArrivalsTrace[];
  /** ONNX files and built-in policies; the first is compared with each of the others. */
  readonly policies: readonly string[];
  readonly onProgress: (line: string) => void;
}

export interface ContestOptions extends Contest, Omit<TestbedOptions, "scenario" | "onProgress"> {}

/** Policies take turns at being first, so that a drift of the machine favours none. */
export function turnOf<T>(policies: readonly T[], trace: number): T[] {
  const first = trace % policies.length;
  return [...policies.slice(first), ...policies.slice(0, first)];
}

/** Plays every trace under every policy, each carried out by agents of its own. */
export async function playContest(
  testbed: Testbed,
  { traces, policies, onProgress }: Contest,
  signal: AbortSignal,
): Promise<PlayResult[]> {
  const results: PlayResult[] = [];
  for (const [i, trace] of traces.entries()) {
    for (const policy of turnOf(policies, i)) {
      onProgress(`trace ${i + 1}/${traces.length}, ${trace.slots.length} slots`);
      await testbed.startAgents(policy, signal);
      const played = await testbed.play(trace, signal);
      results.push(playResult(policy, trace, played, await testbed.stopAgents()));
    }
  }
  return results;
}

/**
 * Plays every trace under every policy on one testbed of its own.
 *
 * @throws SlotwiseError CONFIG_INVALID, MODEL_REFUSED, before there is a testbed
 * @throws SlotwiseError TESTBED_UNAVAILABLE, PROCESS_FAILED; the signal's reason when it aborts
 */
export function runContest(options: ContestOptions, signal: AbortSignal): Promise<PlayResult[]> {
  const { traces, policies, fault } = options;
  const [{ scenario }] = traces as [ArrivalsTrace];
  for (const policy of policies) openStartingModel(policy, "slicing");
  const shortestSlots = Math.min(...traces.map(({ slots }) => slots.length));
  if (fault !== undefined) requireRoom(fault, (shortestSlots * scenario.slotMs) / 1e3);
  return withTestbed({ ...options, scenario }, signal, (testbed) =>
    playContest(testbed, options, signal),
  );
}
