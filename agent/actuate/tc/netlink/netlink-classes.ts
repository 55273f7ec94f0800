import { getSystemErrorName } from "node:util";
import type { Netlink, NetlinkSocket } from "../../../../platform/netlink-socket.ts";
import type { ClassChange } from "../class-change.ts";
import type { ClassControl, ClassTable } from "../class-control.ts";
import type { HtbClass } from "../htb-classes.ts";
import { decodeClass, encodeClassChange, encodeClassDump } from "./htb-message.ts";
import { messagesIn, messageType, type RouteMessage } from "./rtnetlink.ts";

/** The kernel fills datagrams of a dump up to 32 KiB. */
const datagramBytes = 65_536;

/** What has come of a question's answer so far. */
interface Answer {
  readonly classes: Map<string, HtbClass>;
  readonly refusals: string[];
  complete: boolean;
}

/**
 * By way of the kernel's own messages. It carries them out within `send`, so the calling thread waits
 * for some 10 µs, and no process is woken.
 */
export class NetlinkClasses implements ClassControl {
  private readonly netlink: Netlink;
  private readonly device: string;
  private readonly answerTimeoutMs: number;
  private readonly buffer = Buffer.alloc(datagramBytes);
  private socket: NetlinkSocket | undefined;
  private interfaceIndex = 0;
  private sequence = 0;

  constructor(netlink: Netlink, device: string, answerTimeoutMs: number) {
    this.netlink = netlink;
    this.device = device;
    this.answerTimeoutMs = answerTimeoutMs;
  }

  start(): void {
    this.socket = this.netlink.open(this.answerTimeoutMs);
  }

  stop(): Promise<void> {
    this.socket?.close();
    this.socket = undefined;
    return Promise.resolve();
  }

  read(): ClassTable {
    return this.change([]);
  }

  /** @throws Error also where a change was refused, once all were tried */
  change(changes: readonly ClassChange[]): ClassTable {
    const { device } = this;
    // An interface that was made anew has another index.
    this.interfaceIndex ||= this.netlink.interfaceIndex(device);
    if (this.interfaceIndex === 0) throw new Error(`there is no interface ${device}`);
    const { classes, refusals } = this.ask(changes);
    if (classes.size === 0) this.interfaceIndex = 0;
    if (refusals.length > 0) throw new Error(refusals.join("; "));
    return classes;
  }

  private ask(changes: readonly ClassChange[]): Answer {
    const { socket, interfaceIndex, sequence: first } = this;
    if (socket === undefined) throw new Error("the netlink socket is closed");
    const numbered = (offset: number) => (first + offset) >>> 0;
    this.sequence = numbered(changes.length + 1);
    socket.send(
      Buffer.concat([
        ...changes.map((change, i) => encodeClassChange(numbered(i), interfaceIndex, change)),
        encodeClassDump(numbered(changes.length), interfaceIndex),
      ]),
    );
    const answer: Answer = { classes: new Map(), refusals: [], complete: false };
    while (!answer.complete) {
      const datagram = this.buffer.subarray(0, socket.receive(this.buffer));
      for (const message of messagesIn(datagram)) {
        const question = (message.sequence - first) >>> 0;
        // What is left of a question that was given up on is passed over.
        if (question <= changes.length) take(answer, message, changes[question]);
      }
    }
    return answer;
  }
}

/** @param change what the message answers; undefined where that is the dump */
function take(answer: Answer, { type, body }: RouteMessage, change: ClassChange | undefined): void {
  if (type === messageType.newClass) {
    const decoded = decodeClass(body);
    if (decoded !== undefined) answer.classes.set(decoded.classId, decoded.found);
    return;
  }
  if (type !== messageType.error && type !== messageType.done) return;
  const error = body.readInt32LE();
  if (error < 0) {
    const asked = change === undefined ? "to show HTB classes" : `HTB class ${change.classId}`;
    answer.refusals.push(`the kernel refuses ${asked}: ${getSystemErrorName(error)}`);
  }
  if (change === undefined) answer.complete = true;
}
