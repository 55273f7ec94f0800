import { type AuditEntry, auditEntrySchema } from "../../agent/actuate/audit-file.ts";

/** What an agent kept of each of its devices. */
export interface Audits {
  readonly downlink: readonly AuditEntry[];
  readonly uplink: readonly AuditEntry[];
  readonly compute: readonly AuditEntry[];
}

/** Commands against what the kernel read back right after: rates and ceils of both links, quotas and periods. */
export interface AuditCheck {
  /** Slots in which all three devices were read back. */
  readonly slots: number;
  /** Slots in which a device was read back and another not. */
  readonly incompleteSlots: number;
  /** Slots before the last one in which no device was told anything. */
  readonly untouchedSlots: number;
  readonly comparisons: number;
  readonly mismatches: number;
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** Lines of an audit file; a cut last line, as a killed agent leaves it, is passed over. */
export function parseAudit(jsonLines: string): AuditEntry[] {
  return jsonLines.split("\n").flatMap((line) => {
    const entry = auditEntrySchema.safeParse(parsed(line));
    return entry.success ? [entry.data] : [];
  });
}

function differences({ commanded, readBack }: AuditEntry): number {
  const length = Math.max(commanded.length, readBack.length);
  return Array.from({ length }, (_, i) => commanded[i] === readBack[i]).filter((same) => !same)
    .length;
}

/** An agent counts its slots from 0. */
function untouched(seen: ReadonlyMap<number, unknown>): number {
  const last = [...seen.keys()].reduce((latest, slot) => Math.max(latest, slot), -1);
  return last + 1 - seen.size;
}

export function checkAudits({ downlink, uplink, compute }: Audits): AuditCheck {
  const devices = [downlink, uplink, compute];
  const seen = new Map<number, number>();
  for (const { slot } of devices.flat()) seen.set(slot, (seen.get(slot) ?? 0) + 1);
  const slots = [...seen.values()].filter((count) => count === devices.length).length;
  return {
    slots,
    incompleteSlots: seen.size - slots,
    untouchedSlots: untouched(seen),
    comparisons: devices.flat().reduce((sum, { commanded }) => sum + commanded.length, 0),
    mismatches: devices.flat().reduce((sum, entry) => sum + differences(entry), 0),
  };
}

/** Mean blocks in force by slice, bandwidth then compute, over the slots of an audit. */
export function meanCommanded(entries: readonly AuditEntry[], slices: number): number[] {
  return Array.from(
    { length: slices },
    (_, i) =>
      entries.reduce((sum, { readBack }) => sum + (readBack[i] ?? 0), 0) /
      Math.max(1, entries.length),
  );
}
