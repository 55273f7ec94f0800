import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AgentReport } from "../../agent/telemetry/agent-report.ts";
import { createLog } from "../../platform/log.ts";
import { simulatorConfigSchema } from "../../sim-bridge/config.ts";
import { SimulatorBridge } from "../../sim-bridge/simulator-bridge.ts";
import { createSimulator } from "../../sim-bridge/simulators/create-simulator.ts";
import type { Simulator } from "../../sim-bridge/simulators/simulator.ts";
import type { Slotwise } from "./machines.ts";

/** What an agent put into force, slot after slot, and what it says of itself. */
export interface AgentRun {
  readonly allocations: readonly (readonly number[])[];
  readonly report: AgentReport;
}

function recorded(simulator: Simulator, allocations: (readonly number[])[]): Simulator {
  return {
    ...simulator,
    begin: () => simulator.begin(),
    prepare: () => simulator.prepare(),
    reset: (seed) => simulator.reset(seed),
    end: (actions) => {
      allocations.push([...(actions[0] ?? [])]);
      return simulator.end(actions);
    },
  };
}

/** An agent on one of the machines steers a simulator here that waits for it in every slot. */
export async function steer(
  slotwise: Slotwise,
  slots: number,
  ...args: string[]
): Promise<AgentRun> {
  const folder = mkdtempSync(join(tmpdir(), "slotwise-arm64-"));
  const listen = `unix:${join(folder, "bridge.sock")}`;
  const config = simulatorConfigSchema.parse({
    ...{ system: "slicing", listen, clock: "lockstep", seed: 11, slots },
    ...{ accessPoints: 1, references: [], waitForAgents: 1, lockstepTimeoutMs: 60_000 },
    scenario: { slotMs: 500 },
  });
  const allocations: number[][] = [];
  const simulator = recorded(createSimulator(config), allocations);
  const bridge = new SimulatorBridge(config, simulator, createLog("simulator", "warn"));
  await bridge.start(AbortSignal.timeout(240_000));
  try {
    const bridged = ["--bridge", listen, "--slots", String(slots), ...args];
    const report = (await slotwise("agent", ...bridged)) as AgentReport;
    return { allocations, report };
  } finally {
    await bridge.stop();
    rmSync(folder, { recursive: true });
  }
}
