import type { ReadBack } from "./actuator.ts";

/** Answers of slots that are this far behind are of no use to anybody. */
const kept = 64;

/** What a device has confirmed and nobody has taken yet, oldest first. */
export class Confirmations {
  private readonly waiting: ReadBack[] = [];

  add(confirmed: ReadBack): void {
    this.waiting.push(confirmed);
    if (this.waiting.length > kept) this.waiting.shift();
  }

  take(): ReadBack | undefined {
    return this.waiting.shift();
  }

  clear(): void {
    this.waiting.length = 0;
  }
}
