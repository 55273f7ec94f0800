import { type PlayResult, playResult } from "./report/play-result.ts";
import { type TestbedOptions, withTestbed } from "./testbed.ts";
import type { ArrivalsTrace } from "./trace/arrivals-trace.ts";

export interface ContestOptions extends Omit<TestbedOptions, "scenario"> {
  readonly traces: readonly ArrivalsTrace[];
  /** ONNX files and built-in policies; the first is compared with each of the others. */
  readonly policies: readonly string[];
}

/** Policies take turns at being first, so that a drift of the machine favours none. */
export function turnOf<T>(policies: readonly T[], trace: number): T[] {
  const first = trace % policies.length;
  return [...policies.slice(first), ...policies.slice(0, first)];
}

/**
 * Plays every trace under every policy, each carried out by an agent of its own on the same testbed.
 *
 * @throws SlotwiseError TESTBED_UNAVAILABLE, PROCESS_FAILED; the signal's reason when it aborts
 */
export function runContest(options: ContestOptions, signal: AbortSignal): Promise<PlayResult[]> {
  const { traces, policies, onProgress } = options;
  const [{ scenario }] = traces as [ArrivalsTrace];
  return withTestbed({ ...options, scenario }, signal, async (testbed) => {
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
  });
}
