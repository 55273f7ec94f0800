/** One HTB class as `tc -s class show` prints it. */
export interface HtbClass {
  readonly rateBitPerS: number;
  readonly ceilBitPerS: number;
  /** Counted when a packet leaves the class, link-layer header included. */
  readonly sentBytes: number;
  readonly sentPackets: number;
  readonly droppedPackets: number;
  /** Waiting in the class's leaf, link-layer header included. */
  readonly backlogBytes: number;
  readonly backlogPackets: number;
}

const bitUnits: Readonly<Record<string, number>> = {
  bit: 1,
  Kbit: 1e3,
  Mbit: 1e6,
  Gbit: 1e9,
  Tbit: 1e12,
};

/** tc prints sizes in powers of 1024 and calls a byte b. */
const byteUnits: Readonly<Record<string, number>> = { b: 1, Kb: 1024, Mb: 1024 ** 2 };

const header =
  /^class htb (?<id>\S+) .*?\brate (?<rate>[\d.]+)(?<rateUnit>\w+) ceil (?<ceil>[\d.]+)(?<ceilUnit>\w+)/;
const sent = /^ Sent (\d+) bytes (\d+) pkt \(dropped (\d+)/;
const backlog = /^ backlog ([\d.]+)(\w+) (\d+)p/;

type Draft = { -readonly [Field in keyof HtbClass]: HtbClass[Field] };

function scaled(value: string | undefined, unit: string | undefined, units: typeof bitUnits) {
  return Number(value) * (units[unit ?? ""] ?? Number.NaN);
}

function readHeader(line: string): { id: string; draft: Draft } | undefined {
  const groups = header.exec(line)?.groups;
  if (groups?.id === undefined) return undefined;
  const draft = {
    rateBitPerS: scaled(groups.rate, groups.rateUnit, bitUnits),
    ceilBitPerS: scaled(groups.ceil, groups.ceilUnit, bitUnits),
    sentBytes: 0,
    sentPackets: 0,
    droppedPackets: 0,
    backlogBytes: 0,
    backlogPackets: 0,
  };
  return { id: groups.id, draft };
}

function readCounters(line: string, draft: Draft): void {
  const counted = sent.exec(line);
  if (counted !== null) {
    draft.sentBytes = Number(counted[1]);
    draft.sentPackets = Number(counted[2]);
    draft.droppedPackets = Number(counted[3]);
    return;
  }
  const waiting = backlog.exec(line);
  if (waiting === null) return;
  draft.backlogBytes = scaled(waiting[1], waiting[2], byteUnits);
  draft.backlogPackets = Number(waiting[3]);
}

/**
 * HTB classes by id from the text of `tc class show`; iproute2 6.1 prints text even with -j.
 * Counters are 0 where it was asked without -s. Lines of anything else are passed over.
 */
export function parseHtbClasses(text: string): Map<string, HtbClass> {
  const classes = new Map<string, HtbClass>();
  let current: Draft | undefined;
  for (const line of text.split("\n")) {
    if (line.startsWith("class ") || line.startsWith("qdisc ")) {
      const found = readHeader(line);
      current = found?.draft;
      if (found !== undefined) classes.set(found.id, found.draft);
    } else if (current !== undefined) readCounters(line, current);
  }
  return classes;
}
