import type {
  BatchEvents,
  StartBatchProcess,
} from "../../../../../agent/actuate/tc/batch-process.ts";

export interface FakeClass {
  rateBitPerS: number;
  ceilBitPerS: number;
  sentBytes: number;
  sentPackets: number;
  backlogBytes: number;
  backlogPackets: number;
}

function fakeClass(rateBitPerS: number): FakeClass {
  const counters = { sentBytes: 0, sentPackets: 0, backlogBytes: 0, backlogPackets: 0 };
  return { rateBitPerS, ceilBitPerS: rateBitPerS, ...counters };
}

function printed(rateBitPerS: number): string {
  return rateBitPerS % 1e6 === 0 ? `${rateBitPerS / 1e6}Mbit` : `${rateBitPerS / 1e3}Kbit`;
}

/** A kernel's HTB classes behind a `tc -batch` that prints what the real one prints. */
export class FakeTc {
  readonly classes = new Map<string, FakeClass>();
  /** Every `class change` line that was carried out. */
  readonly changes: string[] = [];
  processes = 0;
  /** While false, commands are taken and nothing is answered. */
  answering = true;
  private events: BatchEvents | undefined;

  readonly start: StartBatchProcess = (_command, _args, events) => {
    this.processes++;
    this.events = events;
    const end = () => this.die("tc ended with 0");
    return { write: (text) => this.take(text), end, kill: end };
  };

  die(reason: string): void {
    const { events } = this;
    this.events = undefined;
    queueMicrotask(() => events?.ended(reason));
  }

  private take(text: string): void {
    const { events } = this;
    if (!this.answering) return;
    for (const line of text.trimEnd().split("\n")) {
      queueMicrotask(() => this.carryOut(line, events));
    }
  }

  private carryOut(line: string, events: BatchEvents | undefined): void {
    if (line.startsWith("class show")) events?.output(this.show());
    else if (line.startsWith("qdisc show")) events?.output("qdisc htb 1: root refcnt 3 r2q 10\n");
    else this.change(line, events);
  }

  private change(line: string, events: BatchEvents | undefined): void {
    const [, id, rate, ceil] = /classid (\S+) htb rate (\d+)bit ceil (\d+)bit/.exec(line) ?? [];
    const found = this.classes.get(id ?? "");
    if (found === undefined) {
      events?.fault("RTNETLINK answers: No such file or directory\nCommand failed -:1\n");
      return;
    }
    this.changes.push(line);
    found.rateBitPerS = Number(rate);
    found.ceilBitPerS = Number(ceil);
  }

  private show(): string {
    return [...this.classes]
      .map(
        ([id, c]) =>
          `class htb ${id} parent 1:1 leaf 801${id.at(-1)}: prio 0 rate ${printed(c.rateBitPerS)} ceil ${printed(c.ceilBitPerS)} burst 1599b cburst 1599b \n` +
          ` Sent ${c.sentBytes} bytes ${c.sentPackets} pkt (dropped 0, overlimits 0 requeues 0) \n` +
          ` backlog ${c.backlogBytes}b ${c.backlogPackets}p requeues 0\n\n`,
      )
      .join("");
  }
}

/** Three slices in equal shares of 54 Mbit/s, as the testbed builds them. */
export function equalSharing(): FakeTc {
  const tc = new FakeTc();
  for (const id of ["1:11", "1:12", "1:13"]) tc.classes.set(id, fakeClass(18e6));
  return tc;
}
