import {
  decodeClass,
  encodeClassChange,
} from "../../../../../../agent/actuate/tc/netlink/htb-message.ts";
import {
  encodeMessage,
  messagesIn,
  messageType,
  type RouteMessage,
} from "../../../../../../agent/actuate/tc/netlink/rtnetlink.ts";
import type { Netlink } from "../../../../../../platform/netlink-socket.ts";

const enoent = -2;

const interfaceIndex = 3;

/** A kernel with HTB classes below 1:1, which shows of each what it was told last. */
export class FakeKernel implements Netlink {
  /** What follows the header of a message that shows the class. */
  private readonly classes = new Map<string, Buffer>();
  private readonly answers: Buffer[] = [];

  constructor(classIds: readonly string[], rateBitPerS: number) {
    const rates = { rateBitPerS, ceilBitPerS: rateBitPerS, burstBytes: 1600, cburstBytes: 1600 };
    const shaping = { parent: "1:1", prio: 0, quantumBytes: 1514 };
    for (const classId of classIds) {
      const message = encodeClassChange(0, interfaceIndex, { classId, ...rates, ...shaping });
      for (const { body } of messagesIn(message)) this.classes.set(classId, Buffer.from(body));
    }
  }

  interfaceIndex(): number {
    return interfaceIndex;
  }

  open(): ReturnType<Netlink["open"]> {
    return {
      send: (datagram) => {
        for (const message of messagesIn(Buffer.from(datagram))) this.take(message);
      },
      receive: (buffer) => {
        const answer = this.answers.shift();
        if (answer === undefined) throw new Error("nothing was asked");
        return answer.copy(buffer);
      },
      close: () => undefined,
    };
  }

  private take({ type, sequence, body }: RouteMessage): void {
    if (type === messageType.newClass) {
      this.answer(messageType.error, sequence, status(this.change(body) ? 0 : enoent));
      return;
    }
    for (const shown of this.classes.values()) this.answer(messageType.newClass, sequence, shown);
    this.answer(messageType.done, sequence, status(0));
  }

  private change(body: Buffer): boolean {
    const classId = decodeClass(body)?.classId ?? "";
    const there = this.classes.has(classId);
    if (there) this.classes.set(classId, Buffer.from(body));
    return there;
  }

  private answer(type: number, sequence: number, body: Buffer): void {
    this.answers.push(encodeMessage({ type, flags: 0, sequence, body }));
  }
}

function status(errno: number): Buffer {
  const body = Buffer.alloc(4);
  body.writeInt32LE(errno);
  return body;
}
