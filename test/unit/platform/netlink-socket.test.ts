import { describe, expect, it } from "vitest";
import { encodeClassDump } from "../../../agent/actuate/tc/netlink/htb-message.ts";
import { messagesIn, messageType } from "../../../agent/actuate/tc/netlink/rtnetlink.ts";
import { loadNetlink } from "../../../platform/netlink-socket.ts";

const netlink = loadNetlink();
if (netlink === undefined) process.stderr.write("netlink tests are skipped: koffi does not load\n");

describe.skipIf(netlink === undefined)("a netlink socket", () => {
  const { open, interfaceIndex } = {
    open: (timeoutMs: number) => (netlink as NonNullable<typeof netlink>).open(timeoutMs),
    interfaceIndex: (name: string) => netlink?.interfaceIndex(name),
  };

  it("brings the kernel's own answer", () => {
    const socket = open(1000);
    const buffer = Buffer.alloc(65_536);
    socket.send(encodeClassDump(9, interfaceIndex("lo") ?? 0));
    const [message] = messagesIn(buffer.subarray(0, socket.receive(buffer)));
    expect(message).toMatchObject({ type: messageType.done, sequence: 9 });
    socket.close();
  });

  it("waits no longer than it was told", () => {
    const socket = open(30);
    const beganMs = performance.now();
    expect(() => socket.receive(Buffer.alloc(64))).toThrow("within 30 ms");
    expect(performance.now() - beganMs).toBeGreaterThan(25);
    socket.close();
    expect(() => socket.send(Buffer.alloc(16))).toThrow("EBADF");
  });

  it("knows no interface of a name that none has", () => {
    expect(interfaceIndex("lo")).toBeGreaterThan(0);
    expect(interfaceIndex("not-there")).toBe(0);
  });
});
