import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { isIPv6 } from "node:net";
import { type DelayReport, decodeDelayReport } from "../../../core/messages/delay-report.ts";
import { reward } from "../../../core/slicing/reward.ts";
import type { SlicingScenario } from "../../../core/slicing/scenario.ts";
import type { Tick } from "../../clock/slot-clock.ts";
import type { Feedback } from "../observation-source.ts";
import type { DelayReportsConfig } from "./config.ts";

/** Reports beyond this that wait for a slot are left out, oldest first. */
const keptReports = 256;

/** Turns what users measured of earlier slots into rewards; a report that is not one is passed over. */
export class DelayReports {
  private readonly config: DelayReportsConfig;
  private readonly scenario: SlicingScenario;
  private socket: Socket | undefined;
  private reports: DelayReport[] = [];

  constructor(config: DelayReportsConfig, scenario: SlicingScenario) {
    this.config = config;
    this.scenario = scenario;
  }

  /** @throws Error where the address and port cannot be had */
  async start(): Promise<void> {
    const { address, port } = this.config;
    const socket = createSocket(isIPv6(address) ? "udp6" : "udp4");
    socket.on("message", (bytes) => this.take(bytes));
    socket.bind(port, address);
    await once(socket, "listening");
    this.socket = socket;
  }

  stop(): void {
    this.socket?.close();
    this.socket = undefined;
  }

  /** What came since the last call, by the slots of the tick's clock. */
  feedback(tick: Tick): Feedback[] {
    const { reports } = this;
    this.reports = [];
    return reports.map((report) => this.feedbackOf(report, tick));
  }

  private take(bytes: Uint8Array): void {
    try {
      this.reports.push(decodeDelayReport(bytes));
    } catch {
      return;
    }
    if (this.reports.length > keptReports) this.reports.shift();
  }

  private feedbackOf(report: DelayReport, tick: Tick): Feedback {
    const { slotStartedNs, meanDelayMs, satisfaction } = report;
    const { delayUnit } = this.scenario.reward;
    const agoMs = Number(tick.startedNs - BigInt(slotStartedNs)) / 1e6;
    return {
      slot: tick.slot - Math.round(agoMs / this.scenario.slotMs),
      applied: undefined,
      reward: reward(this.scenario, { meanDelayMs, satisfaction }, delayUnit),
      truncated: false,
      performance: { meanDelayMs, satisfaction },
      references: {},
    };
  }
}
