import { fileURLToPath } from "node:url";
import type { SlicingScenario } from "../../core/slicing/scenario.ts";
import { basePort, delayReportPort, type TestbedLayout } from "./layout.ts";
import { NamespacedProcess, onCpu } from "./namespaced-process.ts";
import type { ArrivalsTrace } from "./trace/arrivals-trace.ts";
import type {
  Play,
  ReceiverCommand,
  SenderCommand,
  SentReport,
  TaskTimes,
  TrafficReport,
} from "./traffic/protocol.ts";
import { sleep } from "./wait.ts";

const programs = {
  sender: fileURLToPath(new URL("./traffic/sender.js", import.meta.url)),
  receiver: fileURLToPath(new URL("./traffic/receiver.js", import.meta.url)),
};

const trafficCpu = 0;
const startTimeoutMs = 15_000;
const reportTimeoutMs = 15_000;
const stopGraceMs = 1000;

/** Tasks still on their way when the last one was sent have this long to come. */
const drainMs = 500;

/** Time between the request for a play and its first slot, for the sender to connect. */
const preparationMs = 500;

/** The sender needs about 1 ms for a slot's packets; they wait in their classes when the slot begins. */
const leadMs = 2;

/** What came of a trace that was played once. */
export interface Played {
  readonly times: TaskTimes;
  /** Slots whose tasks were created over 1 ms late. */
  readonly lateSlots: number;
}

/** The users: a process that creates their tasks and one that takes the results. */
export class TrafficSite {
  private readonly layout: TestbedLayout;
  private readonly sender: NamespacedProcess;
  private readonly receiver: NamespacedProcess;

  constructor(layout: TestbedLayout, { slices }: SlicingScenario) {
    const { users } = layout;
    const ports = [String(basePort), String(slices.length)];
    this.layout = layout;
    this.sender = new NamespacedProcess("sender", users, [programs.sender], onCpu(trafficCpu));
    this.receiver = new NamespacedProcess(
      "receiver",
      users,
      [programs.receiver, ...ports],
      onCpu(trafficCpu),
    );
  }

  async start(): Promise<void> {
    const all = [this.sender, this.receiver];
    for (const process of all) process.start();
    await Promise.all(all.map((process) => reportOf(process, "ready", startTimeoutMs)));
  }

  async stop(): Promise<void> {
    await Promise.all([this.sender, this.receiver].map((process) => process.stop(stopGraceMs)));
  }

  /** Plays a trace once; `play` counts them. Whoever learns is told the delays as they are measured. */
  async play(
    trace: ArrivalsTrace,
    play: number,
    learning: boolean,
    signal: AbortSignal,
  ): Promise<Played> {
    const played = this.describe(trace, play);
    const { slotMs } = trace.scenario;
    this.tellReceiver({
      type: "begin",
      play: { ...played, slots: [] },
      delayReportPort: learning ? delayReportPort : undefined,
    });
    const timeoutMs = preparationMs + trace.slots.length * slotMs + reportTimeoutMs;
    const sent = reportOf(this.sender, "sent", timeoutMs);
    this.sender.send({ type: "send", play: played } satisfies SenderCommand);
    const { lateSlots } = await abortable(sent, signal);
    await sleep(drainMs, signal);
    const times = reportOf(this.receiver, "times", reportTimeoutMs);
    this.tellReceiver({ type: "report", play });
    return { times: await times, lateSlots };
  }

  private describe({ scenario, slots }: ArrivalsTrace, play: number): Play {
    return {
      play,
      scenario,
      slots: slots.map((slot) => slot.map((tasks) => tasks.join(""))),
      firstSlotNs: String(firstSlotNs(scenario.slotMs)),
      leadMs,
      addresses: this.layout.accessPoints.map(({ address }) => address),
      basePort,
    };
  }

  private tellReceiver(command: ReceiverCommand): void {
    this.receiver.send(command);
  }
}

type ReportOf<Type extends TrafficReport["type"]> = Extract<
  TrafficReport | SentReport | TaskTimes,
  { type: Type }
>;

function reportOf<Type extends TrafficReport["type"]>(
  process: NamespacedProcess,
  type: Type,
  timeoutMs: number,
) {
  const fits = (message: object) => (message as TrafficReport).type === type;
  return process.message<ReportOf<Type>>(fits, timeoutMs);
}

/** Slots begin at whole multiples of their length on the machine's monotonic clock. */
function firstSlotNs(slotMs: number): bigint {
  const periodNs = BigInt(Math.round(slotMs * 1e6));
  const earliestNs = process.hrtime.bigint() + BigInt(preparationMs * 1e6);
  return (earliestNs / periodNs + 1n) * periodNs;
}

/** Rejects as soon as the signal aborts; the promise itself is left to its own end. */
function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason as Error);
    if (signal.aborted) abort();
    else signal.addEventListener("abort", abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}
