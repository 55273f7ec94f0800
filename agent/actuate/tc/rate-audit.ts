import { createWriteStream, type WriteStream } from "node:fs";
import { z } from "zod";

/** What was commanded for a slot and what the kernel then said, bit/s by slice. */
export const auditEntrySchema = z.strictObject({
  slot: z.number().int(),
  commandedBitPerS: z.array(z.number()),
  readBackBitPerS: z.array(z.number()),
});

export type AuditEntry = z.output<typeof auditEntrySchema>;

/** Writes one JSON line a slot, up to a bound; a full disk costs the audit, never the slot. */
export class RateAudit {
  private readonly path: string;
  private linesLeft: number;
  private stream: WriteStream | undefined;

  constructor(path: string, maxLines: number) {
    this.path = path;
    this.linesLeft = maxLines;
  }

  start(): void {
    this.stream = createWriteStream(this.path, { flags: "a" });
    this.stream.on("error", () => {
      this.stream = undefined;
    });
  }

  write(entry: AuditEntry): void {
    if (this.stream === undefined || this.linesLeft <= 0) return;
    this.linesLeft--;
    this.stream.write(`${JSON.stringify(entry)}\n`);
  }

  stop(): Promise<void> {
    const { stream } = this;
    this.stream = undefined;
    return stream === undefined
      ? Promise.resolve()
      : new Promise((resolve) => {
          stream.once("close", resolve).end();
        });
  }
}
