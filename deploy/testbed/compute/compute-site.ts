import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import type { SlicingScenario } from "../../../core/slicing/scenario.ts";
import { type AccessPoint, basePort, usersAddress } from "../layout.ts";
import { NamespacedProcess, onCpu } from "../namespaced-process.ts";
import { messageBytes } from "../traffic/task-message.ts";
import type { WorkerCommand, WorkerReport } from "./protocol.ts";
import type { SliceGroups } from "./slice-groups.ts";

const program = fileURLToPath(new URL("./edge-worker.js", import.meta.url));
const answerTimeoutMs = 30_000;
const stopGraceMs = 1000;

type ReportOf<Type extends WorkerReport["type"]> = Extract<WorkerReport, { type: Type }>;

/** Which CPU computes for an access point: the last for the first, and so on; traffic begins at CPU 0. */
function computeCpu(accessPoint: number): number {
  return cpus().length - 1 - accessPoint;
}

/** The edge server of one access point: a worker for each slice, all on one CPU, each in its cgroup. */
export class ComputeSite {
  private readonly scenario: SlicingScenario;
  private readonly groups: readonly string[];
  private readonly workers: readonly NamespacedProcess[];

  constructor(
    scenario: SlicingScenario,
    site: AccessPoint,
    accessPoint: number,
    groups: readonly string[],
  ) {
    this.scenario = scenario;
    this.groups = groups;
    this.workers = scenario.slices.map(
      (_, slice) =>
        new NamespacedProcess(
          `worker of slice ${slice + 1}`,
          site.namespace,
          [program],
          onCpu(computeCpu(accessPoint)),
        ),
    );
  }

  async start(sliceGroups: SliceGroups): Promise<void> {
    for (const worker of this.workers) worker.start();
    await this.all("ready");
    for (const [slice, worker] of this.workers.entries()) {
      await sliceGroups.enter(this.groups[slice] as string, worker.pid as number);
    }
  }

  /** Loop iterations that a millisecond of CPU time makes here. */
  async calibrate(): Promise<number> {
    const [worker] = this.workers;
    const { iterationsPerMs } = await ask(worker as NamespacedProcess, "calibrated", {
      type: "calibrate",
    });
    return iterationsPerMs;
  }

  /** @param cpuMsPerKmc CPU time that stands for 10⁹ cycles of the model, ms */
  async serve(iterationsPerMs: number, cpuMsPerKmc: number): Promise<void> {
    const { down: resultBytes } = messageBytes(this.scenario);
    const serving = this.workers.map((worker, slice) => {
      const cpuMsPerTask = (this.scenario.slices[slice]?.workKmc ?? 0) * cpuMsPerKmc;
      const scale = { cpuMsPerTask, iterationsPerMs };
      const work = { slice, ...scale, resultBytes, userAddress: usersAddress, basePort };
      return ask(worker, "serving", { type: "serve", work });
    });
    await Promise.all(serving);
  }

  /** CPU time that each slice's worker has used so far, ms. */
  async usedMs(): Promise<number[]> {
    const reports = await Promise.all(
      this.workers.map((worker) => ask(worker, "use", { type: "use" })),
    );
    return reports.map(({ cpuMs }) => cpuMs);
  }

  async stop(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.stop(stopGraceMs)));
  }

  private async all(type: WorkerReport["type"]): Promise<void> {
    await Promise.all(this.workers.map((worker) => reportOf(worker, type)));
  }
}

function reportOf<Type extends WorkerReport["type"]>(worker: NamespacedProcess, type: Type) {
  const fits = (message: object) => (message as WorkerReport).type === type;
  return worker.message<ReportOf<Type>>(fits, answerTimeoutMs);
}

function ask<Type extends WorkerReport["type"]>(
  worker: NamespacedProcess,
  type: Type,
  command: WorkerCommand,
): Promise<ReportOf<Type>> {
  const answer = reportOf(worker, type);
  worker.send(command);
  return answer;
}
