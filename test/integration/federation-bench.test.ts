import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { FederationBench } from "../bench/federation/federation.ts";
import { runCommand, startCommand } from "./slotwise.ts";

async function benchOf(...options: string[]): Promise<FederationBench> {
  const { code, stdout, stderr } = await runCommand("bench", "federation", "--json", ...options);
  expect(code, stderr).toBe(0);
  return (JSON.parse(stdout) as { federation: FederationBench }).federation;
}

describe("slotwise bench federation", () => {
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  it("runs whole rounds of a fleet; deltas take at most a seventh of the bytes", {
    timeout: 180_000,
  }, async () => {
    const size = ["--agents", "12", "--rounds", "2"];
    const exact = await benchOf(...size);
    const delta = await benchOf(...size, "--encoding", "int8-delta");
    for (const bench of [exact, delta]) {
      expect(bench).toMatchObject({ agents: 12, rounds: 2, reconnects: 0 });
      expect(bench.roundMs.p50).toBeGreaterThan(0);
      expect(bench.roundMs.p99).toBeGreaterThanOrEqual(bench.roundMs.p50);
      expect(bench.aggregator.cpuSecondsPerRound).toBeGreaterThan(0);
      expect(bench.broker.peakMiB).toBeGreaterThan(10);
    }
    const { sent, received } = exact.bytesPerAgentAndRound;
    expect(delta.bytesPerAgentAndRound.sent).toBeLessThan(sent / 7);
    expect(delta.bytesPerAgentAndRound.received).toBeLessThan(received / 7);
  });

  it("serves its connections while its agents learn, one after the other", {
    timeout: 180_000,
  }, async () => {
    const size = ["--agents", "100", "--rounds", "2"];
    const { fleetStallMs, roundMs } = await benchOf(...size, "--encoding", "int8-delta");
    expect(fleetStallMs).toBeLessThan(roundMs.p50 / 2);
  });

  it("leaves nothing behind when it is ended early", async () => {
    const folder = mkdtempSync(join(tmpdir(), "slotwise-ended-"));
    try {
      vi.stubEnv("TMPDIR", folder);
      const bench = startCommand("bench", "federation", "--agents", "4", "--rounds", "100000");
      while (!bench.stderr().includes("federation: 0 %")) await sleep(50);
      expect(readdirSync(folder)).not.toEqual([]);
      bench.child.kill("SIGTERM");
      expect(await bench.exited).toBe(130);
      expect(readdirSync(folder)).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it.each([
    ["1025", "at most 1024 agents"],
    ["5,6", "one number of agents"],
  ])("refuses %s agents before it starts anything", async (agents, reason) => {
    const { code, stderr } = await runCommand("bench", "federation", "--agents", agents);
    expect(code).toBe(2);
    expect(stderr).toContain(reason);
  });
});
