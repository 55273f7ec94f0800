import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { SlotwiseError } from "../../../core/errors.ts";
import type { Encoding } from "../../../core/weights/encoding.ts";
import { SlotwiseProcess } from "../../../deploy/demo/slotwise-process.ts";

const graceMs = 10_000;
const startTimeoutMs = 15_000;

/** Sockets and files of a process beside the agents' connections. */
export const spareFiles = 64;

export interface FleetSiteOptions {
  readonly agents: number;
  readonly encoding: Encoding;
  readonly deadlineMs: number;
  readonly signal: AbortSignal;
}

/** Broker and aggregator, each a process of its own, with room for the fleet. */
export class FleetSite {
  private readonly folder = mkdtempSync(join(tmpdir(), "slotwise-fleet-"));
  private readonly options: FleetSiteOptions;
  readonly broker: SlotwiseProcess;
  readonly aggregator: SlotwiseProcess;

  constructor(options: FleetSiteOptions) {
    const { agents } = options;
    this.options = options;
    const limits = { port: 0, maxConnections: agents + spareFiles, maxRetainedAgents: agents };
    this.broker = new SlotwiseProcess("broker", [
      "broker",
      "--config",
      this.file("broker", limits),
    ]);
    this.aggregator = new SlotwiseProcess("cloud", [
      "cloud",
      "--config",
      join(this.folder, "cloud.json"),
    ]);
  }

  /** @returns the broker's URL */
  async start(): Promise<string> {
    const { agents, encoding, deadlineMs } = this.options;
    this.broker.start();
    const brokerUrl = await this.listening();
    this.file("cloud", {
      brokerUrl,
      stateDir: join(this.folder, "cloud"),
      quorum: agents,
      maxAgents: agents,
      deadlineMs,
      encodings: [encoding],
      downlink: { encoding },
    });
    this.aggregator.start();
    return brokerUrl;
  }

  async stop(): Promise<void> {
    await this.aggregator.stop(graceMs);
    await this.broker.stop(graceMs);
    rmSync(this.folder, { recursive: true, force: true });
  }

  private file(name: string, config: object): string {
    const path = join(this.folder, `${name}.json`);
    writeFileSync(path, JSON.stringify(config));
    return path;
  }

  private async listening(): Promise<string> {
    const giveUpAtMs = performance.now() + startTimeoutMs;
    for (;;) {
      const url = /"url":"(mqtt:[^"]+)"/.exec(this.broker.errorOutput)?.[1];
      if (url !== undefined) return url;
      if (!this.broker.running || performance.now() > giveUpAtMs) {
        throw new SlotwiseError("PROCESS_FAILED", {
          expected: `a broker that listens within ${startTimeoutMs} ms`,
          received: this.broker.errorOutput,
          consequence: "nothing was measured",
        });
      }
      await sleep(50, undefined, { signal: this.options.signal });
    }
  }
}
