import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { BridgeAddress } from "../../../core/messages/bridge-address.ts";
import { createLog } from "../../../platform/log.ts";
import { simulatorConfigSchema } from "../../../sim-bridge/config.ts";
import { SimulatorBridge } from "../../../sim-bridge/simulator-bridge.ts";
import { createSimulator } from "../../../sim-bridge/simulators/create-simulator.ts";

/** A fresh path for a unix socket, removed after the test. */
export function socketAddress(): string {
  const directory = mkdtempSync(join(tmpdir(), "slotwise-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return `unix:${join(directory, "bridge.sock")}`;
}

export interface StartedBridge {
  readonly bridge: SimulatorBridge;
  readonly address: BridgeAddress;
}

/** A running simulator, of slicing unless another system is named, stopped after the test; references are off unless asked for. */
export async function startBridge(settings: Record<string, unknown> = {}): Promise<StartedBridge> {
  const config = simulatorConfigSchema.parse({
    listen: socketAddress(),
    references: [],
    logLevel: "silent",
    ...settings,
  });
  const log = createLog("simulator", config.logLevel);
  const bridge = new SimulatorBridge(config, createSimulator(config), log);
  const address = await bridge.start(new AbortController().signal);
  onTestFinished(() => bridge.stop());
  return { bridge, address };
}
