import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { Bridge } from "../../../../agent/bridge/bridge.ts";
import type { Tick } from "../../../../agent/clock/slot-clock.ts";
import type { SlotwiseError } from "../../../../core/errors.ts";
import type { BridgeRequest } from "../../../../core/messages/bridge.ts";
import { ScriptedSimulator, slicing } from "./scripted-simulator.ts";

const action = Float64Array.of(6, 6, 6, 6, 6, 6);

function socketPath(): string {
  const directory = mkdtempSync(join(tmpdir(), "slotwise-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return join(directory, "bridge.sock");
}

async function simulate(
  path: string,
  onRequest: (simulator: ScriptedSimulator, request: BridgeRequest) => void,
): Promise<ScriptedSimulator> {
  const simulator = new ScriptedSimulator(path, onRequest);
  await simulator.start();
  onTestFinished(() => simulator.stop());
  return simulator;
}

/** Answers hello, then every step with the next slot. */
function obliging(simulator: ScriptedSimulator, request: BridgeRequest): void {
  if (request.type === "hello") {
    simulator.sendHello();
    simulator.sendObservation(10);
  } else if (request.type === "step") {
    simulator.sendObservation(request.slot + 1);
  }
}

function bridgeTo(path: string): { bridge: Bridge; faults: SlotwiseError[] } {
  const faults: SlotwiseError[] = [];
  const bridge = new Bridge({
    address: `unix:${path}`,
    agent: "ap-0",
    defaults: { ...slicing, slotPeriodMs: 2 },
    connectTimeoutMs: 30,
    onFault: (error) => faults.push(error),
    uniform: () => 0.9,
  });
  onTestFinished(() => bridge.stop());
  return { bridge, faults };
}

async function start(bridge: Bridge): Promise<void> {
  await bridge.start(new AbortController().signal);
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(2);
}

test("an observation, the feedback it carries and the read-back reach their ports", async () => {
  const path = socketPath();
  const simulator = await simulate(path, obliging);
  const { bridge } = bridgeTo(path);
  await start(bridge);
  const first = (await bridge.clock.next()) as Tick;
  expect(bridge.actuator.readBack()?.slot).toBe(9);
  await bridge.actuator.apply(first.slot, action);
  const second = (await bridge.clock.next()) as Tick;
  expect(second.slot).toBe(11);
  expect(await bridge.source.read(second)).toEqual({
    observation: Float64Array.of(11, 2, 3, 4, 5, 6),
    feedback: [
      {
        slot: 10,
        applied: Float64Array.from(slicing.spaces.action.high),
        reward: 1.25,
        truncated: false,
        performance: { meanDelayMs: 4.5 },
        references: { equal: { meanDelayMs: 5.5 } },
      },
    ],
  });
  const applied = Float64Array.from(slicing.spaces.action.high);
  expect(bridge.actuator.readBack()).toEqual({ slot: 10, applied });
  expect(bridge.actuator.readBack()).toBeUndefined();
  expect(simulator.requests[1]).toEqual({
    type: "step",
    slot: 10,
    actions: { "ap-0": [6, 6, 6, 6, 6, 6] },
  });
});

test("without a simulator start returns with the defaults, slots go by and actions are refused", async () => {
  const { bridge } = bridgeTo(socketPath());
  await start(bridge);
  expect(bridge.system.slotPeriodMs).toBe(2);
  expect(bridge.hello).toBeUndefined();
  const first = (await bridge.clock.next()) as Tick;
  const second = (await bridge.clock.next()) as Tick;
  expect(second.slot).toBe(first.slot + second.skipped + 1);
  expect((await bridge.source.read(second)).observation).toBeUndefined();
  await expect(bridge.actuator.apply(second.slot, action)).rejects.toMatchObject({
    code: "BRIDGE_DISCONNECTED",
  });
});

test("a simulator that comes late is found and its system is not taken over any more", async () => {
  const path = socketPath();
  const { bridge } = bridgeTo(path);
  await start(bridge);
  await simulate(path, obliging);
  await until(() => bridge.hello !== undefined);
  expect(bridge.system.slotPeriodMs).toBe(2);
  expect(bridge.hello?.slotPeriodMs).toBe(10);
});

test("a simulator that dies and comes back is followed", async () => {
  const path = socketPath();
  const first = await simulate(path, obliging);
  const { bridge } = bridgeTo(path);
  await start(bridge);
  await bridge.clock.next();
  first.stop();
  await until(() => bridge.hello === undefined);
  const alone = (await bridge.clock.next()) as Tick;
  expect(alone.slot).toBe(11 + alone.skipped);
  await simulate(path, (simulator, request) => {
    if (request.type !== "hello") return;
    simulator.sendHello({ instance: "b" });
    simulator.sendObservation(3);
  });
  await until(() => bridge.hello?.instance === "b");
  await sleep(5);
  const tick = (await bridge.clock.next()) as Tick;
  expect(tick).toMatchObject({ slot: 3, skipped: 0 });
  expect((await bridge.source.read(tick)).observation?.[0]).toBe(3);
  expect(bridge.counts.sessions).toBe(2);
});

test("invalid frames are counted and change nothing", async () => {
  const path = socketPath();
  const simulator = await simulate(path, obliging);
  const { bridge, faults } = bridgeTo(path);
  await start(bridge);
  const tick = (await bridge.clock.next()) as Tick;
  simulator.sendBytes([0, 0, 0, 1, 0x7b]);
  simulator.send({ type: "observation", slot: "soon" });
  simulator.sendObservation(11, { observations: { "ap-0": [1, 2] } });
  simulator.sendObservation(11, { observations: {} });
  await until(() => bridge.counts.invalidFrames === 4);
  expect(faults.map((fault) => fault.code)).toEqual(Array(4).fill("BRIDGE_FRAME_INVALID"));
  expect((await bridge.source.read(tick)).observation?.[0]).toBe(10);
  await bridge.actuator.apply(10, action);
  expect(await bridge.clock.next()).toMatchObject({ slot: 11 });
  expect(simulator.connections).toBe(1);
});

test("broken framing and refusals of hello lead to another try", async () => {
  const path = socketPath();
  const { bridge, faults } = bridgeTo(path);
  await simulate(path, (simulator, request) => {
    if (request.type !== "hello") return;
    if (simulator.connections === 1) simulator.sendBytes([0xff, 0xff, 0xff, 0xff]);
    else if (simulator.connections === 2) {
      simulator.send({ type: "error", code: "AGENT_TAKEN", message: "taken" });
    } else obliging(simulator, request);
  });
  await start(bridge);
  await until(() => bridge.hello !== undefined);
  expect(faults.map((fault) => fault.code)).toEqual(["BRIDGE_FRAME_INVALID", "BRIDGE_REFUSED"]);
});

test("a simulator of another system than the agent started with is not used", async () => {
  const path = socketPath();
  const { bridge, faults } = bridgeTo(path);
  await start(bridge);
  const budgets = [20, 18];
  const spaces = { ...slicing.spaces, action: { ...slicing.spaces.action, budgets } };
  await simulate(path, (simulator, request) => {
    if (request.type === "hello") simulator.sendHello({ spaces });
  });
  await until(() => faults.length > 0);
  expect(faults[0]?.code).toBe("BRIDGE_REFUSED");
  expect(bridge.hello).toBeUndefined();
});

test("a simulator of another system is not used even at first", async () => {
  const path = socketPath();
  await simulate(path, (simulator, request) => {
    if (request.type === "hello") simulator.sendHello({ system: "energy" });
  });
  const { bridge, faults } = bridgeTo(path);
  await start(bridge);
  expect(faults[0]?.facts).toMatchObject({
    expected: "a simulator of slicing",
    received: "energy",
  });
  expect(bridge.system).toMatchObject({ system: "slicing" });
});

test("before its first observation a session takes no step: the slot numbers are not known", async () => {
  const path = socketPath();
  const simulator = await simulate(path, (to, request) => {
    if (request.type === "hello") to.sendHello({ clock: "real-time", slotPeriodMs: 2 });
  });
  const { bridge } = bridgeTo(path);
  await start(bridge);
  const tick = (await bridge.clock.next()) as Tick;
  await expect(bridge.actuator.apply(tick.slot, action)).rejects.toMatchObject({
    code: "BRIDGE_DISCONNECTED",
  });
  expect(simulator.requests.map((request) => request.type)).toEqual(["hello"]);
});

test("stop says goodbye and ends the clock", async () => {
  const path = socketPath();
  const simulator = await simulate(path, obliging);
  const { bridge } = bridgeTo(path);
  await start(bridge);
  await bridge.clock.next();
  const waiting = bridge.clock.next();
  bridge.stop();
  expect(await waiting).toBeUndefined();
  await until(() => simulator.requests.at(-1)?.type === "close");
});
