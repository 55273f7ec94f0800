import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { encodeHeader, headerBytes, packetBytes, type Task } from "./task-message.ts";

const padding = Buffer.alloc(2048);

/** Sends messages of fixed sizes by slice to one host: slice i to port base + i, so that classes tell them apart. */
export class MessageSender {
  private readonly sockets: readonly Socket[];
  private readonly packetSizes: readonly (readonly number[])[];

  private constructor(sockets: readonly Socket[], messageBytes: readonly number[]) {
    this.sockets = sockets;
    this.packetSizes = messageBytes.map(packetBytes);
  }

  static async connect(address: string, basePort: number, messageBytes: readonly number[]) {
    const sockets = messageBytes.map((_, slice) => connected(basePort + slice, address));
    return new MessageSender(await Promise.all(sockets), messageBytes);
  }

  send(task: Task): void {
    const sizes = this.packetSizes[task.slice] as readonly number[];
    const header = encodeHeader({ ...task, packets: sizes.length });
    for (const size of sizes) {
      this.sockets[task.slice]?.send([header, padding.subarray(0, size - headerBytes)]);
    }
  }

  close(): void {
    for (const socket of this.sockets) socket.close();
  }
}

async function connected(port: number, address: string): Promise<Socket> {
  const socket = createSocket("udp4");
  socket.on("error", () => undefined);
  socket.connect(port, address);
  await once(socket, "connect");
  socket.setSendBufferSize(4 * 1024 * 1024);
  return socket;
}
