import { endWithParent } from "../traffic/end-with-parent.ts";
import { MessageSender } from "../traffic/message-sender.ts";
import { receiveTasks } from "../traffic/receive-tasks.ts";
import { TaskCollector } from "../traffic/task-collector.ts";
import type { EdgeWork, WorkerCommand, WorkerReport } from "./protocol.ts";
import { calibrate, cpuMs, work } from "./work.ts";

function report(message: WorkerReport): void {
  process.send?.(message);
}

/** Executes each task once its last byte is there, in that order, and sends its result back. */
async function serve(edge: EdgeWork): Promise<void> {
  const { slice, cpuMsPerTask, iterationsPerMs, resultBytes, userAddress, basePort } = edge;
  const results = await MessageSender.connect(userAddress, basePort, resultBytes);
  const collector = new TaskCollector();
  await receiveTasks(basePort + slice, (bytes) => {
    const task = collector.take(bytes);
    if (task === undefined) return;
    work(cpuMsPerTask, iterationsPerMs);
    results.send(task);
  });
}

endWithParent();
process.on("message", (command: WorkerCommand) => {
  switch (command.type) {
    case "calibrate":
      report({ type: "calibrated", iterationsPerMs: calibrate() });
      break;
    case "serve":
      void serve(command.work).then(() => report({ type: "serving" }));
      break;
    case "use":
      report({ type: "use", cpuMs: cpuMs() });
      break;
  }
});
report({ type: "ready" });
