import { expect, it } from "vitest";
import { scripts } from "./machines.ts";

/** The product's own socket asks the kernel for interface 1 (RTM_GETLINK), then for its classes. */
const asks = `
import { encodeClassDump } from "./dist/agent/actuate/tc/netlink/htb-message.js";
import { encodeMessage, messagesIn } from "./dist/agent/actuate/tc/netlink/rtnetlink.js";
import { loadNetlink } from "./dist/platform/netlink-socket.js";
const netlink = loadNetlink();
const socket = netlink.open(1000);
const buffer = Buffer.alloc(65536);
function answerTo(question) {
  try {
    socket.send(question);
    const [{ type, sequence, body }] = messagesIn(buffer.subarray(0, socket.receive(buffer)));
    return { type, sequence, number: body.readInt32LE(4 % body.length) };
  } catch (error) {
    return error.message;
  }
}
const interfaceOne = Buffer.alloc(16);
interfaceOne.writeInt32LE(1, 4);
const link = answerTo(encodeMessage({ type: 18, flags: 1, sequence: 5, body: interfaceOne }));
const classes = answerTo(encodeClassDump(6, 1));
console.log(JSON.stringify({ arch: process.arch, lo: netlink.interfaceIndex("lo"), link, classes }));
`;

it("koffi loads as arm64, and the kernel answers its netlink socket as that of x64", async () => {
  const x64 = (await scripts.x64(asks)) as Record<string, unknown>;
  const arm64 = (await scripts.arm64(asks)) as Record<string, unknown>;
  // qemu passes no message about traffic classes on: those are for real hardware.
  process.stdout.write(`classes asked for under qemu: ${JSON.stringify(arm64.classes)}\n`);
  expect(arm64.arch).toBe("arm64");
  expect(x64).toMatchObject({ arch: "x64", link: { type: 16, sequence: 5, number: 1 } });
  expect(x64.classes).toMatchObject({ type: 3, sequence: 6 });
  expect([arm64.lo, arm64.link]).toEqual([x64.lo, x64.link]);
});
