import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { Bridge } from "../../agent/bridge/bridge.ts";
import type { Tick } from "../../agent/clock/slot-clock.ts";
import { parseBridgeAddress } from "../../core/messages/bridge-address.ts";
import { describeSlicing } from "../../core/messages/bridge-slicing.ts";
import { paperScenario } from "../../core/slicing/scenario.ts";
import { RawClient } from "../unit/sim-bridge/raw-client.ts";
import { type RunningCommand, runCommand, startCommand } from "./slotwise.ts";

const action = Float64Array.of(5, 6, 7, 5, 6, 7);

function freshFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "slotwise-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A simulator process that listens; ended after the test. */
async function startSimulator(
  ...args: string[]
): Promise<{ simulator: RunningCommand; address: string }> {
  const simulator = startCommand("simulate", ...args);
  onTestFinished(() => {
    simulator.child.kill("SIGKILL");
  });
  for (;;) {
    const address = /listening on (\S+)/.exec(simulator.stderr())?.[1];
    if (address !== undefined) return { simulator, address };
    if (simulator.child.exitCode !== null) throw new Error(simulator.stderr());
    await sleep(10);
  }
}

async function startAgent(address: string, agent: string): Promise<Bridge> {
  const bridge = new Bridge({ address, agent, defaults: describeSlicing(paperScenario) });
  onTestFinished(() => bridge.stop());
  await bridge.start(new AbortController().signal);
  return bridge;
}

/** What a control loop does, until a slot's outcome satisfies the condition. */
async function control(bridge: Bridge, enough: (seen: Seen) => boolean): Promise<Seen> {
  const seen: Seen = { ticks: [], observed: 0, refused: 0, readBacks: 0 };
  while (!enough(seen)) {
    const tick = (await bridge.clock.next()) as Tick;
    seen.ticks.push(tick.slot);
    if ((await bridge.source.read(tick)) !== undefined) seen.observed++;
    await bridge.actuator.apply(tick.slot, action).catch(() => seen.refused++);
    if (bridge.actuator.readBack()?.applied.join() === action.join()) seen.readBacks++;
  }
  return seen;
}

interface Seen {
  readonly ticks: number[];
  observed: number;
  refused: number;
  readBacks: number;
}

test.each(["real-time", "lockstep"])(
  "four agents run against a %s simulator, which reports when it is stopped",
  async (clock) => {
    const listen = `unix:${join(freshFolder(), "bridge.sock")}`;
    const args = ["--listen", listen, "--clock", clock, "--wait-for-agents", "4", "--json"];
    const { simulator, address } = await startSimulator(...args);
    expect(address).toBe(listen);
    const names = ["ap-0", "ap-1", "ap-2", "ap-3"];
    const agents = await Promise.all(names.map((agent) => startAgent(address, agent)));
    const seen = await Promise.all(
      agents.map((agent) => control(agent, ({ readBacks }) => readBacks >= 60)),
    );
    for (const { observed } of seen) expect(observed).toBeGreaterThanOrEqual(60);
    simulator.child.kill("SIGTERM");
    expect(await simulator.exited).toBe(0);
    expect(existsSync(listen.slice("unix:".length))).toBe(false);
    const report = JSON.parse(simulator.stdout());
    expect(report).toMatchObject({ clients: 4, invalidFrames: 0 });
    for (const agent of names) {
      const { slots, own, references } = report.perAgent[agent];
      expect(slots).toBe(report.slots);
      expect(own.meanDelayMs).toBeGreaterThan(0);
      expect(references.optimal.rewardMs).toBeGreaterThan(references.equal.rewardMs);
      expect(references.optimal.rewardMs).toBeGreaterThan(own.rewardMs);
    }
  },
);

test("an agent's slots go on while its simulator is killed, and the next simulator is followed", async () => {
  const listen = `unix:${join(freshFolder(), "bridge.sock")}`;
  const first = await startSimulator("--listen", listen);
  const agent = await startAgent(listen, "ap-0");
  await control(agent, ({ readBacks }) => readBacks >= 5);
  first.simulator.child.kill("SIGKILL");
  const alone = await control(agent, ({ refused }) => refused >= 10);
  const steps = alone.ticks.slice(1).map((slot, i) => slot - (alone.ticks[i] as number));
  expect(Math.min(...steps)).toBeGreaterThanOrEqual(1);
  await startSimulator("--listen", listen);
  const again = await control(agent, ({ readBacks }) => readBacks >= 5);
  expect(again.ticks.at(-1)).toBe(Math.max(...again.ticks.slice(-5)));
  expect(agent.counts.sessions).toBe(2);
});

test("over TCP on a port the system chooses", async () => {
  const { address } = await startSimulator("--listen", "tcp:127.0.0.1:0", "--clock", "lockstep");
  const client = await RawClient.join(parseBridgeAddress(address), "ap-0");
  expect((await client.play(50)).length).toBe(50);
  client.die();
  const heir = await RawClient.join(parseBridgeAddress(address), "ap-0");
  expect((await heir.play(5)).length).toBe(5);
});

test("a run of a fixed number of slots ends by itself", async () => {
  const listen = `unix:${join(freshFolder(), "bridge.sock")}`;
  const { code, stdout } = await runCommand(
    ...["simulate", "--listen", listen, "--slots", "7", "--json"],
  );
  expect(code).toBe(0);
  const report = JSON.parse(stdout);
  expect(report.slots).toBe(7);
  expect(report.perAgent["ap-1"]).toMatchObject({ slots: 7, held: 7 });
});

test("every fault of a configuration is listed and nothing starts", async () => {
  const file = join(freshFolder(), "simulator.yaml");
  writeFileSync(file, "clok: real-time\nlockstepTimeoutMs: -1\nreferences: [best]\n");
  const { code, stderr } = await runCommand("simulate", "--config", file);
  expect(code).toBe(2);
  for (const key of ["clok", "lockstepTimeoutMs", "references"]) expect(stderr).toContain(key);
});

test("an address in use and an address that is none end with 2", async () => {
  const listen = `unix:${join(freshFolder(), "bridge.sock")}`;
  await startSimulator("--listen", listen);
  expect((await runCommand("simulate", "--listen", listen)).code).toBe(2);
  expect((await runCommand("simulate", "--listen", "nowhere")).code).toBe(2);
});
