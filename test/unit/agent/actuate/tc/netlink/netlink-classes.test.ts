import { describe, expect, it } from "vitest";
import { NetlinkClasses } from "../../../../../../agent/actuate/tc/netlink/netlink-classes.ts";
import {
  encodeMessage,
  messagesIn,
  messageType,
  type RouteMessage,
} from "../../../../../../agent/actuate/tc/netlink/rtnetlink.ts";
import type { Netlink } from "../../../../../../platform/netlink-socket.ts";
import { dumpDatagram, dumpEnd } from "./captured.ts";

const enoent = -2;

/** A kernel that answers every dump as the captured one did, and refuses what it is told to. */
class ScriptedKernel implements Netlink {
  index = 3;
  answering = true;
  refused: readonly number[] = [];
  readonly asked: RouteMessage[] = [];
  readonly lookups: string[] = [];
  private readonly answers: Buffer[] = [];

  interfaceIndex(name: string): number {
    this.lookups.push(name);
    return this.index;
  }

  open(timeoutMs: number): ReturnType<Netlink["open"]> {
    return {
      send: (datagram) => this.take(Buffer.from(datagram)),
      receive: (buffer) => {
        const answer = this.answers.shift();
        if (answer === undefined) throw new Error(`not answered within ${timeoutMs} ms`);
        return answer.copy(buffer);
      },
      close: () => undefined,
    };
  }

  /** The next answers come behind this one. */
  late(answer: Buffer): void {
    this.answers.unshift(answer);
  }

  private take(datagram: Buffer): void {
    for (const message of messagesIn(datagram)) {
      this.asked.push(message);
      if (!this.answering) return;
      if (message.type === messageType.newClass) this.confirm(message.sequence);
      else if (this.index === 3) this.dump(message.sequence);
      else this.answers.push(numbered(dumpEnd, message.sequence));
    }
  }

  private confirm(sequence: number): void {
    const body = Buffer.alloc(20);
    if (this.refused.includes(sequence)) body.writeInt32LE(enoent);
    this.answers.push(encodeMessage({ type: messageType.error, flags: 0, sequence, body }));
  }

  private dump(sequence: number): void {
    this.answers.push(numbered(dumpDatagram, sequence), numbered(dumpEnd, sequence));
  }
}

function numbered(captured: string, sequence: number): Buffer {
  const messages = [...messagesIn(Buffer.from(captured, "hex"))];
  return Buffer.concat(messages.map((message) => encodeMessage({ ...message, sequence })));
}

function changeOf(classId: string) {
  const rates = { rateBitPerS: 1e6, ceilBitPerS: 1e6, burstBytes: 1600, cburstBytes: 1600 };
  return { classId, parent: "1:1", prio: 0, ...rates, quantumBytes: 1514 };
}

function started(kernel: ScriptedKernel): NetlinkClasses {
  const classes = new NetlinkClasses(kernel, "air0", 50);
  classes.start();
  return classes;
}

describe("HTB classes by netlink", () => {
  it("carries changes out in their order, then reads", () => {
    const kernel = new ScriptedKernel();
    const classes = started(kernel);
    const found = classes.change([changeOf("1:13"), changeOf("1:11")]);
    expect(found.get("1:11")).toMatchObject({ rateBitPerS: 64_000, backlogPackets: 168 });
    expect(kernel.asked.map(({ body }) => body.readUInt32LE(8))).toEqual([0x10013, 0x10011, 0]);
  });

  it("tries every change, then says which the kernel has refused", () => {
    const kernel = new ScriptedKernel();
    const classes = started(kernel);
    kernel.refused = [0];
    expect(() => classes.change([changeOf("1:99"), changeOf("1:11")])).toThrow("1:99: ENOENT");
    expect(kernel.asked).toHaveLength(3);
    expect(classes.read().size).toBe(4);
  });

  it("passes over the late answer to a question that was given up on", () => {
    const kernel = new ScriptedKernel();
    const classes = started(kernel);
    classes.read();
    kernel.late(numbered(dumpEnd, 0));
    expect(classes.read().size).toBe(4);
  });

  it("throws when the kernel does not answer, and asks again the next time", () => {
    const kernel = new ScriptedKernel();
    const classes = started(kernel);
    kernel.answering = false;
    expect(() => classes.read()).toThrow("within 50 ms");
    kernel.answering = true;
    expect(classes.read().size).toBe(4);
  });

  it("looks an interface up again that has lost its classes", () => {
    const kernel = new ScriptedKernel();
    const classes = started(kernel);
    classes.read();
    classes.read();
    expect(kernel.lookups).toEqual(["air0"]);
    kernel.index = 0;
    expect(classes.read().size).toBe(0);
    expect(() => classes.read()).toThrow("no interface air0");
    kernel.index = 3;
    expect(classes.read().size).toBe(4);
  });

  it("asks nothing once it is stopped", async () => {
    const classes = started(new ScriptedKernel());
    await classes.stop();
    expect(() => classes.read()).toThrow("closed");
  });
});
