import { createWriteStream, openSync, type WriteStream } from "node:fs";
import { z } from "zod";
import { SlotwiseError } from "../../core/errors.ts";

/** What was commanded of a device for a slot and what the kernel then said, in the device's units. */
export const auditEntrySchema = z.strictObject({
  slot: z.number().int(),
  commanded: z.array(z.number()),
  readBack: z.array(z.number()),
});

export type AuditEntry = z.output<typeof auditEntrySchema>;

/** Where a device keeps its audit. */
export const auditShape = {
  auditFile: z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .describe("JSON lines of what was commanded and read back, one a slot"),
  auditSlots: z
    .number()
    .int()
    .min(1)
    .max(10_000_000)
    .default(100_000)
    .describe("lines after which the audit file is complete"),
};

/** Writes one JSON line a slot, up to a bound; a full disk costs the audit, never the slot. */
export class AuditFile {
  private readonly path: string;
  private linesLeft: number;
  private stream: WriteStream | undefined;

  constructor(path: string, maxLines: number) {
    this.path = path;
    this.linesLeft = maxLines;
  }

  /** @throws SlotwiseError ACTUATOR_UNAVAILABLE where the file cannot be written */
  start(): void {
    this.stream = createWriteStream(this.path, { fd: this.open() });
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

  private open(): number {
    try {
      return openSync(this.path, "a");
    } catch (cause) {
      throw new SlotwiseError(
        "ACTUATOR_UNAVAILABLE",
        {
          expected: "an auditFile that can be written",
          received: (cause as Error).message,
          consequence: "nothing was changed",
        },
        { cause },
      );
    }
  }
}

/** The audit that a device's configuration asks for. */
export function createAudit(config: {
  readonly auditFile: string | null;
  readonly auditSlots: number;
}): AuditFile | undefined {
  return config.auditFile === null ? undefined : new AuditFile(config.auditFile, config.auditSlots);
}
