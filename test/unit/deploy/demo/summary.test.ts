import { describe, expect, it } from "vitest";
import type { AgentTelemetry } from "../../../../core/messages/agent-telemetry.ts";
import { countsSince } from "../../../../deploy/demo/counts-since.ts";
import { slicingDemo } from "../../../../deploy/demo/slicing-demo.ts";
import { summarise } from "../../../../deploy/demo/summary.ts";
import { renderTable } from "../../../../deploy/demo/table.ts";

function telemetry(agent: string, incarnation: string, slots: number): AgentTelemetry {
  const totals = (reward: number) => ({
    slots,
    sums: { rewardMs: reward * slots, meanDelayMs: 4 * slots, satisfaction: 0.9 * slots },
  });
  return {
    version: 2,
    agent,
    incarnation,
    system: "slicing",
    uptimeMs: slots * 10,
    slots: {
      slots,
      applied: slots - 1,
      held: 1,
      late: 2,
      skipped: 1,
      fallback: 3,
      readBackChecked: slots - 1,
      readBackMismatches: 0,
    },
    latencyUs: { p50: 200, p99: 900, p999: 2000 },
    current: {
      allocation: [6, 7, 5, 4, 10, 4],
      policy: "models/slicing.onnx",
    },
    performance: {
      own: totals(1.34),
      references: { equal: totals(1.2), "sqrt-load": totals(1.3), optimal: totals(1.35) },
    },
    federation: { round: 4, globalVersion: 4, roundsJoined: 4, bytesSent: 10, bytesReceived: 20 },
    learner: { updates: 50, updatesPerSecond: 40, explorationRate: 0.01 },
    resources: { rssBytes: 1e8 },
    link: { invalidMessages: {}, reconnects: 0, droppedTelemetry: 0 },
  };
}

const system = slicingDemo(true);
const run = { system: "slicing", seconds: 20, slotMs: 10, rounds: 12 };

describe("summarise", () => {
  it("weighs every agent's means by its slots", () => {
    const summary = summarise(
      new Map([
        ["ap-0", new Map([["a", telemetry("ap-0", "a", 100)]])],
        ["ap-1", new Map([["b", telemetry("ap-1", "b", 300)]])],
      ]),
      run,
      system.comparison,
    );
    expect(summary.agents).toBe(2);
    expect(summary.comparedSlots).toBe(400);
    expect(summary.comparisons.reward?.learned).toBeCloseTo(1.34, 12);
    expect(summary.comparisons.reward?.sqrtLoad).toBeCloseTo(1.3, 12);
    expect(summary.late).toBe(4);
    expect(summary.bytes).toEqual({ sent: 20, received: 40 });
  });

  it("adds up the starts of an agent that was killed and restarted", () => {
    const starts = new Map([
      ["first", telemetry("ap-0", "first", 100)],
      ["second", telemetry("ap-0", "second", 40)],
    ]);
    const { perAgent } = summarise(new Map([["ap-0", starts]]), run, system.comparison);
    const [agent] = perAgent;
    expect(agent).toMatchObject({ starts: 2, slots: 140, slotsPossible: 2000, fallback: 6 });
  });
});

describe("countsSince", () => {
  it("takes counts and sums from an earlier message of the same start on", () => {
    const since = countsSince(telemetry("ap-0", "a", 300), telemetry("ap-0", "a", 100));
    expect(since.slots).toMatchObject({ slots: 200, applied: 200, held: 0 });
    expect(since.performance.own.slots).toBe(200);
    expect(since.performance.own.sums.rewardMs).toBeCloseTo(1.34 * 200, 9);
    expect(since.performance.references.equal?.sums.rewardMs).toBeCloseTo(1.2 * 200, 9);
    expect(since.current).toEqual(telemetry("ap-0", "a", 300).current);
  });
});

describe("renderTable", () => {
  it("shows recent means, 18-block bars and who is offline", () => {
    const previous = telemetry("ap-0", "a", 100);
    const text = renderTable({
      system,
      elapsedS: 3,
      seconds: 60,
      globalVersion: 7,
      agents: [
        { agent: "ap-0", online: true, latest: telemetry("ap-0", "a", 200), previous },
        { agent: "ap-1", online: false },
      ],
    });
    const [title, , head, first, second] = text.split("\n");
    expect(title).toContain("3 of 60 s  global model v7");
    expect(head).toMatch(/^AP\s+delay ms/);
    expect(first).toMatch(
      /^ap-0\s+4\.00\s+0\.900\s+99\.3 %\s+█{6}▓{7}░{5}\s+█{4}▓{10}░{4}\s+2\s+3\s+4$/,
    );
    expect(second).toMatch(/^ap-1\s+offline$/);
  });
});
