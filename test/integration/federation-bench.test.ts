import { describe, expect, it } from "vitest";
import type { FederationBench } from "../bench/federation/federation.ts";
import { runCommand } from "./slotwise.ts";

async function benchOf(...options: string[]): Promise<FederationBench> {
  const { code, stdout, stderr } = await runCommand("bench", "federation", "--json", ...options);
  expect(code, stderr).toBe(0);
  return (JSON.parse(stdout) as { federation: FederationBench }).federation;
}

describe("slotwise bench federation", () => {
  it("runs whole rounds of a fleet; deltas take at most a seventh of the bytes", {
    timeout: 180_000,
  }, async () => {
    const size = ["--agents", "12", "--rounds", "2"];
    const exact = await benchOf(...size);
    const delta = await benchOf(...size, "--encoding", "int8-delta");
    for (const bench of [exact, delta]) {
      expect(bench).toMatchObject({ agents: 12, rounds: 2 });
      expect(bench.roundMs.p50).toBeGreaterThan(0);
      expect(bench.roundMs.p99).toBeGreaterThanOrEqual(bench.roundMs.p50);
      expect(bench.aggregator.cpuSecondsPerRound).toBeGreaterThan(0);
      expect(bench.broker.peakMiB).toBeGreaterThan(10);
    }
    const bytes = ({ bytesPerAgentAndRound: { sent, received } }: FederationBench) =>
      sent + received;
    expect(bytes(delta)).toBeLessThan(bytes(exact) / 7);
  });

  it("refuses more agents than a round takes before it starts anything", async () => {
    const { code, stderr } = await runCommand("bench", "federation", "--agents", "1025");
    expect(code).toBe(2);
    expect(stderr).toContain("at most 1024 agents");
  });
});
