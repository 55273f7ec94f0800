import { createSocket } from "node:dgram";
import { once } from "node:events";
import { paperScenario } from "../../../core/slicing/scenario.ts";
import { endWithParent } from "./end-with-parent.ts";
import type { ReceiverCommand, TrafficReport } from "./protocol.ts";
import { TaskCollector } from "./task-collector.ts";

const receiveBufferBytes = 4 * 1024 * 1024;

function report(message: TrafficReport): void {
  process.send?.(message);
}

async function listen(port: number, collector: TaskCollector): Promise<void> {
  const socket = createSocket("udp4");
  socket.on("message", (bytes) => collector.take(bytes, process.hrtime.bigint()));
  socket.bind(port);
  await once(socket, "listening");
  socket.setRecvBufferSize(receiveBufferBytes);
}

const basePort = Number(process.argv[2]);
const collector = new TaskCollector();
endWithParent();
process.on("message", ({ phase }: ReceiverCommand) => report(collector.report(phase)));
await Promise.all(paperScenario.slices.map((_, slice) => listen(basePort + slice, collector)));
report({ type: "ready" });
