import { describe, expect, it } from "vitest";
import { testbedScenario } from "../../../../../deploy/testbed/testbed-scenario.ts";
import { drawTrace } from "../../../../../deploy/testbed/trace/draw-trace.ts";
import { formatTraces, parseTraces } from "../../../../../deploy/testbed/trace/trace-file.ts";

const scenario = { ...testbedScenario, accessPoints: 2 };
const traces = [1, 2].map((seed) => drawTrace(scenario, seed, 300));
const lines = formatTraces(traces).trimEnd().split("\n");

function refusal(change: (lines: string[]) => void): string {
  const changed = [...lines];
  change(changed);
  try {
    parseTraces("arrivals.jsonl", changed.join("\n"));
  } catch (error) {
    expect(error).toMatchObject({ code: "TRACE_INVALID" });
    return (error as Error).message;
  }
  throw new Error("it was taken");
}

describe("a file of traces", () => {
  it("gives back what was recorded", () => {
    expect(parseTraces("arrivals.jsonl", formatTraces(traces))).toEqual(traces);
  });

  it("is refused with the line at fault", () => {
    const withHeader = (over: object) => (changed: string[]) => {
      changed[0] = JSON.stringify({ ...(JSON.parse(changed[0] as string) as object), ...over });
    };
    expect(refusal((changed) => changed.splice(0, 1))).toContain("line 1 of arrivals.jsonl");
    expect(refusal(withHeader({ format: "other" }))).toContain("format");
    expect(refusal(withHeader({ surprise: 1 }))).toContain("surprise");
    expect(refusal(withHeader({ slots: 301 }))).toContain("line 302");
    expect(refusal((changed) => changed.splice(5, 1, '["01"]'))).toContain("2 strings");
    expect(refusal((changed) => changed.splice(5, 1, '["013","0"]'))).toContain("below 3");
    expect(refusal((changed) => changed.splice(5, 1, "not JSON"))).toContain("line 6");
    expect(refusal((changed) => changed.pop())).toContain("the file's end");
  });
});
