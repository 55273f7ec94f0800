import { createSocket } from "node:dgram";
import { encodeDelayReport } from "../../../core/messages/delay-report.ts";
import { endWithParent } from "./end-with-parent.ts";
import type { ReceiverCommand, TaskTimes, TrafficReport } from "./protocol.ts";
import { receiveTasks } from "./receive-tasks.ts";
import { SlotDelays } from "./slot-delays.ts";
import { TaskCollector } from "./task-collector.ts";

type Begin = Extract<ReceiverCommand, { type: "begin" }>;

const collector = new TaskCollector();
const reporting = createSocket("udp4");
let current = -1;
let times = columns();
let slotDelays: readonly SlotDelays[] = [];

function columns() {
  const column = (): number[] => [];
  return { slice: column(), slot: column(), accessPoint: column(), delayMs: column() };
}

function take(bytes: Buffer): void {
  const nowNs = process.hrtime.bigint();
  const task = collector.take(bytes);
  if (task === undefined || task.play !== current) return;
  const delayMs = Number(nowNs - task.createdNs) / 1e6;
  times.slice.push(task.slice);
  times.slot.push(task.slot);
  times.accessPoint.push(task.accessPoint);
  times.delayMs.push(delayMs);
  slotDelays[task.accessPoint]?.done(task, delayMs);
  for (const delays of slotDelays) delays.expire(nowNs);
}

function begin({ play, delayReportPort }: Begin): void {
  current = play.play;
  times = columns();
  slotDelays =
    delayReportPort === undefined
      ? []
      : play.addresses.map(
          (address) =>
            new SlotDelays(play.scenario, BigInt(play.firstSlotNs), (report) =>
              reporting.send(encodeDelayReport(report), delayReportPort, address),
            ),
        );
}

function report(play: number): TaskTimes {
  return { type: "times", play, ...(play === current ? times : columns()) };
}

function tell(message: TrafficReport): void {
  process.send?.(message);
}

const [basePort = 0, slices = 0] = process.argv.slice(2).map(Number);
endWithParent();
process.on("message", (command: ReceiverCommand) => {
  if (command.type === "begin") begin(command);
  else tell(report(command.play));
});
reporting.on("error", () => undefined);
await Promise.all(
  Array.from({ length: slices }, (_, slice) => receiveTasks(basePort + slice, take)),
);
tell({ type: "ready" });
