import type { RunCommand } from "../../../../../agent/actuate/run-command.ts";
import type {
  BatchEvents,
  StartBatchProcess,
} from "../../../../../agent/actuate/tc/batch-process.ts";

export interface FakeClass {
  parent: string;
  rateBitPerS: number;
  ceilBitPerS: number;
  prio: number;
  quantumBytes: number;
  burstBytes: number;
  cburstBytes: number;
  sentBytes: number;
  sentPackets: number;
  backlogBytes: number;
  backlogPackets: number;
}

function fakeClass(rateBitPerS: number): FakeClass {
  const counters = { sentBytes: 0, sentPackets: 0, backlogBytes: 0, backlogPackets: 0 };
  const shaping = {
    parent: "1:1",
    prio: 0,
    quantumBytes: 1514,
    burstBytes: 1600,
    cburstBytes: 1600,
  };
  return { rateBitPerS, ceilBitPerS: rateBitPerS, ...shaping, ...counters };
}

function printed(rateBitPerS: number): string {
  return rateBitPerS % 1e6 === 0 ? `${rateBitPerS / 1e6}Mbit` : `${rateBitPerS / 1e3}Kbit`;
}

/** Ticks of 64 ns that tc makes of a burst, by way of whole µs. */
function ticks(bytes: number, bitPerS: number): string {
  const us = Math.floor((8e6 * bytes) / bitPerS);
  return Math.floor((us * 1000) / 64)
    .toString(16)
    .padStart(8, "0");
}

const words =
  /classid (\S+) htb prio (\d+) rate (\d+)bit ceil (\d+)bit burst (\d+) cburst (\d+) quantum (\d+)/;

/** A kernel's HTB classes behind a `tc -batch` that prints what the real one prints. */
export class FakeTc {
  readonly classes = new Map<string, FakeClass>();
  /** Every `class change` line that was carried out. */
  readonly changes: string[] = [];
  processes = 0;
  /** While false, commands are taken and nothing is answered. */
  answering = true;
  /** A class that keeps its ceil whatever it is told. */
  stuckCeil: string | undefined;
  private events: BatchEvents | undefined;

  readonly start: StartBatchProcess = (_command, _args, events) => {
    this.processes++;
    this.events = events;
    const end = () => this.die("tc ended with 0");
    return { write: (text) => this.take(text), end, kill: end };
  };

  /** `tc -raw -d class show`. */
  readonly run: RunCommand = () => Promise.resolve(this.show(true));

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
    const [, id, ...numbers] = words.exec(line) ?? [];
    const [prio = 0, rate = 0, ceil = 0, burst = 0, cburst = 0, quantum = 0] = numbers.map(Number);
    const found = this.classes.get(id ?? "");
    if (found === undefined) {
      events?.fault("RTNETLINK answers: No such file or directory\nCommand failed -:1\n");
      return;
    }
    this.changes.push(line);
    Object.assign(found, {
      prio,
      rateBitPerS: rate,
      ceilBitPerS: id === this.stuckCeil ? found.ceilBitPerS : ceil,
      burstBytes: burst,
      cburstBytes: cburst,
      quantumBytes: quantum,
    });
  }

  private show(detailed = false): string {
    return [...this.classes]
      .map(([id, c]) => (detailed ? settings(id, c) : counters(id, c)))
      .join("");
  }
}

function rates({ rateBitPerS, ceilBitPerS }: FakeClass): string {
  return `rate ${printed(rateBitPerS)} ceil ${printed(ceilBitPerS)}`;
}

function counters(id: string, c: FakeClass): string {
  return (
    `class htb ${id} parent ${c.parent} leaf 801${id.at(-1)}: prio ${c.prio} ${rates(c)} burst 1599b cburst 1599b \n` +
    ` Sent ${c.sentBytes} bytes ${c.sentPackets} pkt (dropped 0, overlimits 0 requeues 0) \n` +
    ` backlog ${c.backlogBytes}b ${c.backlogPackets}p requeues 0\n\n`
  );
}

function settings(id: string, c: FakeClass): string {
  return (
    `class htb ${id} parent ${c.parent} leaf 801${id.at(-1)}: prio ${c.prio} quantum ${c.quantumBytes} ${rates(c)} ` +
    `linklayer ethernet burst 1599b/1 mpu 0b cburst 1599b/1 mpu 0b level 0 ` +
    `buffer [${ticks(c.burstBytes, c.rateBitPerS)}] cbuffer [${ticks(c.cburstBytes, c.ceilBitPerS)}] \n`
  );
}

/** Three slices in equal shares of 54 Mbit/s, as the testbed builds them. */
export function equalSharing(): FakeTc {
  const tc = new FakeTc();
  for (const id of ["1:11", "1:12", "1:13"]) tc.classes.set(id, fakeClass(18e6));
  return tc;
}
