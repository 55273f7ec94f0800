import { type AuditEntry, auditEntrySchema } from "../../agent/actuate/tc/rate-audit.ts";

/** Commanded against read-back rates of one slice over the checked slots. */
export interface RateCheck {
  readonly checkedSlots: number;
  readonly commandedMeanMbitPerS: number;
  readonly readBackMeanMbitPerS: number;
  readonly minMbitPerS: number;
  readonly maxMbitPerS: number;
  readonly maxRelativeError: number;
}

/** Read-back within this relative distance of the command proves it. */
const rateTolerance = 0.01;

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

export function checkRates(entries: readonly AuditEntry[], slices: number): RateCheck[] {
  return Array.from({ length: slices }, (_, slice) => {
    let commandedSum = 0;
    let readBackSum = 0;
    let min = Number.POSITIVE_INFINITY;
    let max = 0;
    let maxRelativeError = 0;
    for (const entry of entries) {
      const commanded = entry.commandedBitPerS[slice] ?? Number.NaN;
      const readBack = entry.readBackBitPerS[slice] ?? Number.NaN;
      commandedSum += commanded;
      readBackSum += readBack;
      min = Math.min(min, readBack);
      max = Math.max(max, readBack);
      maxRelativeError = Math.max(maxRelativeError, Math.abs(readBack - commanded) / commanded);
    }
    return {
      checkedSlots: entries.length,
      commandedMeanMbitPerS: commandedSum / entries.length / 1e6,
      readBackMeanMbitPerS: readBackSum / entries.length / 1e6,
      minMbitPerS: min / 1e6,
      maxMbitPerS: max / 1e6,
      maxRelativeError,
    };
  });
}

/** True when every slice was checked in at least so many slots, and never read back another rate. */
export function ratesProven(checks: readonly RateCheck[], leastSlots: number): boolean {
  return checks.every(
    (check) => check.checkedSlots >= leastSlots && check.maxRelativeError <= rateTolerance,
  );
}
