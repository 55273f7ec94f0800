import { execFile } from "node:child_process";
import { whileAdvancing } from "./slot-progress.ts";

/** What a service manager gives a unit of `Type=notify`. */
export interface NotifyEnvironment {
  readonly NOTIFY_SOCKET?: string | undefined;
  /** Time in which the watchdog is to be fed, µs. */
  readonly WATCHDOG_USEC?: string | undefined;
}

/** Sends a state to the service manager. */
export type SendState = (state: string) => void;

/** By the systemd-notify program, since Node has no datagram sockets of the local kind. */
const sendByProgram: SendState = (state) => {
  execFile("systemd-notify", [state], { timeout: 5000 }, () => undefined);
};

/** Feeds are this many times as frequent as they must be. */
const feedsAPeriod = 3;

/**
 * The service manager's view of this process: ready when slots begin, alive while they advance. A
 * loop that hangs is not fed for, whatever else of the process lives, and the manager starts it anew.
 * Outside such a manager it does nothing.
 */
export class SystemdNotify {
  private readonly send: SendState;
  private readonly feedPeriodMs: number | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(environment: NotifyEnvironment, send: SendState = sendByProgram) {
    const managed = (environment.NOTIFY_SOCKET ?? "") !== "";
    this.send = managed ? send : () => undefined;
    const watchdogMs = Number(environment.WATCHDOG_USEC ?? 0) / 1e3;
    this.feedPeriodMs = managed && watchdogMs > 0 ? watchdogMs / feedsAPeriod : undefined;
  }

  /** @param progress grows while slots advance */
  ready(progress: () => number): void {
    this.send("READY=1");
    if (this.feedPeriodMs === undefined) return;
    this.timer ??= whileAdvancing(progress, this.feedPeriodMs, () => this.send("WATCHDOG=1"));
  }

  stopping(): void {
    clearInterval(this.timer);
    this.send("STOPPING=1");
  }
}
