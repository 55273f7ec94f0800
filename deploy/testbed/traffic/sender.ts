import { setTimeout as sleep } from "node:timers/promises";
import { endWithParent } from "./end-with-parent.ts";
import { MessageSender } from "./message-sender.ts";
import type { Play, SenderCommand, SentReport, TrafficReport } from "./protocol.ts";
import { messageBytes } from "./task-message.ts";

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

async function send(play: Play): Promise<SentReport> {
  const { scenario, addresses, basePort } = play;
  const { up } = messageBytes(scenario);
  const senders = await Promise.all(
    addresses.map((address) => MessageSender.connect(address, basePort, up)),
  );
  const periodNs = BigInt(Math.round(scenario.slotMs * 1e6));
  const leadNs = BigInt(Math.round(play.leadMs * 1e6));
  let task = 0;
  let lateSlots = 0;
  for (const [slot, accessPoints] of play.slots.entries()) {
    const dueNs = BigInt(play.firstSlotNs) + BigInt(slot) * periodNs - leadNs;
    await sleepUntil(dueNs);
    const createdNs = process.hrtime.bigint();
    if (createdNs - dueNs > lateNs) lateSlots++;
    for (const [accessPoint, digits] of accessPoints.entries()) {
      const tasksInSlot = digits.length;
      for (const digit of digits) {
        const named = { play: play.play, task, slot, slice: Number(digit), accessPoint };
        senders[accessPoint]?.send({ ...named, tasksInSlot, createdNs });
        task++;
      }
    }
  }
  await sleep(50);
  for (const sender of senders) sender.close();
  return { type: "sent", play: play.play, lateSlots };
}

endWithParent();
process.on("message", ({ play }: SenderCommand) => {
  void send(play).then(report);
});
report({ type: "ready" });
