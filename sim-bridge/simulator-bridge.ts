import { randomUUID } from "node:crypto";
import { bridgeProtocol, type HelloReply } from "../core/messages/bridge.ts";
import type { BridgeAddress } from "../core/messages/bridge-address.ts";
import type { Logger } from "../platform/log.ts";
import { LockstepPacer } from "./clock/lockstep.ts";
import { RealTimePacer } from "./clock/real-time.ts";
import type { SlotPacer } from "./clock/slot-pacer.ts";
import type { BridgeConfig } from "./config.ts";
import { type RunReport, SimulationRun } from "./run/simulation-run.ts";
import { BridgeServer } from "./server/bridge-server.ts";
import type { Simulator } from "./simulators/simulator.ts";

/** Share of a real-time slot after which its references are computed. */
const prepareShare = 0.3;

/** What a simulator did until it stopped. */
export interface SimulatorReport extends RunReport {
  /** Connections accepted. */
  readonly clients: number;
  readonly invalidFrames: number;
  readonly droppedFrames: number;
}

/** A simulator behind the bridge protocol: one loop, slot after slot, until it is stopped. */
export class SimulatorBridge {
  private readonly config: BridgeConfig;
  private readonly simulator: Simulator;
  private readonly run: SimulationRun;
  private readonly server: BridgeServer;
  private readonly pacer: SlotPacer;
  private readonly stopping = new AbortController();
  private roomFull: (() => void) | undefined;
  private running: Promise<void> = Promise.resolve();

  constructor(config: BridgeConfig, simulator: Simulator, log: Logger) {
    this.config = config;
    this.simulator = simulator;
    this.run = new SimulationRun(simulator);
    this.server = new BridgeServer(config, this.run, helloOf(config, simulator), log, () =>
      this.changed(),
    );
    this.pacer =
      config.clock === "lockstep"
        ? new LockstepPacer(this.server, config.lockstepTimeoutMs)
        : new RealTimePacer(simulator.description.slotPeriodMs);
  }

  /**
   * Listens and lets slots run; returns the address it listens on.
   *
   * @throws SlotwiseError CONFIG_INVALID when the address cannot be had
   */
  async start(signal: AbortSignal): Promise<BridgeAddress> {
    const address = await this.server.start();
    signal.addEventListener("abort", () => this.stopping.abort(), { once: true });
    if (signal.aborted) this.stopping.abort();
    this.running = this.loop(this.stopping.signal);
    return address;
  }

  /** Resolves when the loop has ended: stopped, or the configured number of slots done. */
  async done(): Promise<void> {
    await this.running;
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    try {
      await this.running;
    } finally {
      await this.server.stop();
    }
  }

  report(): SimulatorReport {
    return {
      ...this.run.report(),
      clients: this.server.acceptedClients,
      invalidFrames: this.server.invalidFrames,
      droppedFrames: this.server.droppedFrames,
    };
  }

  private async loop(signal: AbortSignal): Promise<void> {
    await this.firstAgents(signal);
    if (signal.aborted) return;
    this.pacer.start();
    this.beginSlot(0);
    for (;;) {
      const skipped = await this.pacer.slotEnd(signal);
      if (skipped === undefined) return;
      if (this.run.endedSlots + 1 === this.config.slots) {
        this.run.finish();
        return;
      }
      this.beginSlot(skipped);
    }
  }

  private beginSlot(skipped: number): void {
    this.run.advance(skipped);
    this.server.publish();
    this.prepareSoon();
  }

  /** In real time agents decide first: they may share the processor. */
  private prepareSoon(): void {
    const { clock } = this.config;
    const prepare = () => this.simulator.prepare();
    if (clock === "lockstep") setImmediate(prepare);
    else setTimeout(prepare, prepareShare * this.simulator.description.slotPeriodMs).unref();
  }

  private firstAgents(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      this.roomFull = () => {
        if (this.server.present() >= this.config.waitForAgents) resolve();
      };
      signal.addEventListener("abort", () => resolve(), { once: true });
      if (signal.aborted) resolve();
      this.roomFull();
    });
  }

  private changed(): void {
    this.roomFull?.();
    this.pacer.changed();
  }
}

function helloOf(config: BridgeConfig, simulator: Simulator): HelloReply {
  const { description } = simulator;
  const { clock, seed } = config;
  return {
    type: "hello",
    protocol: bridgeProtocol,
    instance: randomUUID(),
    clock,
    seed,
    stepTimeoutMs: clock === "lockstep" ? config.lockstepTimeoutMs : description.slotPeriodMs,
    agents: [...simulator.agents],
    ...description,
  };
}
