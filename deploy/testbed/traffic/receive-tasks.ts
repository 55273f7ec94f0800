import { createSocket } from "node:dgram";
import { once } from "node:events";

/** Room for what comes while a process is busy: seconds of the whole link. */
const receiveBufferBytes = 4 * 1024 * 1024;

/** Takes datagrams on a port until the process ends. */
export async function receiveTasks(port: number, take: (bytes: Buffer) => void): Promise<void> {
  const socket = createSocket("udp4");
  socket.on("message", take);
  socket.bind(port);
  await once(socket, "listening");
  socket.setRecvBufferSize(receiveBufferBytes);
}
