import pino, { type Logger } from "pino";

export type { Logger };

export type LogLevel = "debug" | "info" | "warn" | "error" | "silent";

/** JSON lines on standard error; standard output belongs to results. */
export function createLog(component: string, level: LogLevel): Logger {
  return pino({ name: component, level }, pino.destination(2));
}

/**
 * Logs a recurring fault at most once a period and says how many were left out.
 * Times are on any monotonic clock in ms, passed in.
 */
export class ThrottledWarning {
  private readonly log: Logger;
  private readonly periodMs: number;
  private lastMs = Number.NEGATIVE_INFINITY;
  private suppressed = 0;

  constructor(log: Logger, periodMs = 1000) {
    this.log = log;
    this.periodMs = periodMs;
  }

  warn(nowMs: number, message: string, facts: Record<string, unknown> = {}): void {
    if (nowMs - this.lastMs < this.periodMs) {
      this.suppressed++;
      return;
    }
    this.log.warn({ ...facts, suppressed: this.suppressed }, message);
    this.lastMs = nowMs;
    this.suppressed = 0;
  }
}
