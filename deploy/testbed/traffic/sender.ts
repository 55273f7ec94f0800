import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { paperScenario } from "../../../core/slicing/scenario.ts";
import { drawArrivals } from "./arrivals.ts";
import { endWithParent } from "./end-with-parent.ts";
import type { Phase, SenderCommand, SentReport, TrafficReport } from "./protocol.ts";
import { encodeHeader, headerBytes, messageBytes, packetBytes } from "./task-message.ts";

const scenario = paperScenario;
const packetSizes = messageBytes(scenario).map(packetBytes);
const padding = Buffer.alloc(2048);
const sleepCell = new Int32Array(new SharedArrayBuffer(4));
const timerSlackMs = 1.5;
const lateNs = 1_000_000n;

function report(message: TrafficReport): void {
  process.send?.(message);
}

/** A timer brings it close, a blocking sleep the rest of the way. */
async function sleepUntil(instantNs: bigint): Promise<void> {
  const leftMs = () => Number(instantNs - process.hrtime.bigint()) / 1e6;
  if (leftMs() > timerSlackMs + 1) await sleep(Math.floor(leftMs() - timerSlackMs));
  const restMs = leftMs();
  if (restMs > 0) Atomics.wait(sleepCell, 0, 0, restMs);
}

async function connected(port: number, address: string): Promise<Socket> {
  const socket = createSocket("udp4");
  socket.on("error", () => undefined);
  socket.connect(port, address);
  await once(socket, "connect");
  return socket;
}

/** A socket for every user and slice, so that one user's full buffer holds up no other. */
function openSockets({ addresses, basePort }: Phase): Promise<Socket[][]> {
  return Promise.all(
    Array.from({ length: scenario.usersPerAccessPoint }, (_, user) =>
      Promise.all(
        scenario.slices.map((_, slice) =>
          connected(basePort + slice, addresses[user % addresses.length] as string),
        ),
      ),
    ),
  );
}

async function sendPhase(phase: Phase): Promise<SentReport> {
  const arrivals = drawArrivals(scenario, phase.seed, phase.slots);
  const sockets = await openSockets(phase);
  const periodNs = BigInt(Math.round(phase.slotMs * 1e6));
  const leadNs = BigInt(Math.round(phase.leadMs * 1e6));
  const tasks = scenario.slices.map(() => 0);
  let task = 0;
  let lateSlots = 0;
  for (const [slot, slices] of arrivals.entries()) {
    const dueNs = BigInt(phase.firstSlotNs) + BigInt(slot) * periodNs - leadNs;
    await sleepUntil(dueNs);
    const createdNs = process.hrtime.bigint();
    if (createdNs - dueNs > lateNs) lateSlots++;
    for (const [user, slice] of slices.entries()) {
      const sizes = packetSizes[slice] as number[];
      const socket = sockets[user]?.[slice] as Socket;
      const packets = sizes.length;
      const header = encodeHeader({ phase: phase.phase, task, slot, slice, packets, createdNs });
      for (const size of sizes) socket.send([header, padding.subarray(0, size - headerBytes)]);
      tasks[slice] = (tasks[slice] ?? 0) + 1;
      task++;
    }
  }
  await sleep(50);
  for (const socket of sockets.flat()) socket.close();
  return { type: "sent", phase: phase.phase, tasks, lateSlots };
}

endWithParent();
process.on("message", ({ phase }: SenderCommand) => {
  void sendPhase(phase).then(report);
});
report({ type: "ready" });
