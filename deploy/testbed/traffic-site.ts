import { fileURLToPath } from "node:url";
import { type TestbedLayout, userAddress, userPort } from "./layout.ts";
import { NamespacedProcess } from "./namespaced-process.ts";
import type { PhaseMeasurement } from "./phase-result.ts";
import type { DelayReport, Phase, SentReport, TrafficReport } from "./traffic/protocol.ts";

const programs = {
  sender: fileURLToPath(new URL("./traffic/sender.js", import.meta.url)),
  receiver: fileURLToPath(new URL("./traffic/receiver.js", import.meta.url)),
};

const startTimeoutMs = 15_000;
const reportTimeoutMs = 15_000;
const stopGraceMs = 1000;

/** Tasks still on their way when the last one was sent have this long to come. */
const drainMs = 500;

/** Time between the request for a phase and its first slot, for the sender to draw and connect. */
const preparationMs = 500;

export interface PhaseRequest {
  readonly phase: number;
  readonly seed: number;
  readonly slots: number;
  readonly slotMs: number;
  readonly leadMs: number;
}

function sleep(durationMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", abort);
      resolve();
    }, durationMs);
    if (signal.aborted) abort();
    else signal.addEventListener("abort", abort, { once: true });
  });
}

/** The processes that make the traffic: a sender at the access point, a receiver for each user namespace. */
export class TrafficSite {
  private readonly layout: TestbedLayout;
  private readonly sender: NamespacedProcess;
  private readonly receivers: readonly NamespacedProcess[];

  constructor(layout: TestbedLayout) {
    this.layout = layout;
    this.sender = new NamespacedProcess("sender", layout.accessPoint, [programs.sender]);
    this.receivers = layout.users.map(
      (namespace, user) =>
        new NamespacedProcess(`receiver ${user}`, namespace, [programs.receiver, String(userPort)]),
    );
  }

  async start(): Promise<void> {
    const all = [this.sender, ...this.receivers];
    for (const process of all) process.start();
    const isReady = (message: object) => (message as TrafficReport).type === "ready";
    await Promise.all(all.map((process) => process.message(isReady, startTimeoutMs)));
  }

  async stop(): Promise<void> {
    await Promise.all([this.sender, ...this.receivers].map((process) => process.stop(stopGraceMs)));
  }

  /** Plays the drawn arrivals once and collects what came of them. */
  async play(request: PhaseRequest, signal: AbortSignal): Promise<PhaseMeasurement> {
    const { slots, slotMs } = request;
    const phase: Phase = {
      ...request,
      firstSlotNs: String(firstSlotNs(slotMs)),
      addresses: this.layout.users.map((_, user) => userAddress(user)),
      basePort: userPort,
    };
    const sentReport = this.sender.message<SentReport>(
      (message) => (message as TrafficReport).type === "sent",
      preparationMs + slots * slotMs + reportTimeoutMs,
    );
    this.sender.send({ type: "send", phase });
    const sent = await abortable(sentReport, signal);
    await sleep(drainMs, signal);
    const received = await Promise.all(this.receivers.map((r) => askDelays(r, request.phase)));
    return { slots, sent, received };
  }
}

/** Slots begin at whole multiples of their length on the machine's monotonic clock. */
function firstSlotNs(slotMs: number): bigint {
  const periodNs = BigInt(Math.round(slotMs * 1e6));
  const earliestNs = process.hrtime.bigint() + BigInt(preparationMs * 1e6);
  return (earliestNs / periodNs + 1n) * periodNs;
}

function askDelays(receiver: NamespacedProcess, phase: number): Promise<DelayReport> {
  const isReport = (message: object) => (message as TrafficReport).type === "delays";
  const report = receiver.message<DelayReport>(isReport, reportTimeoutMs);
  receiver.send({ type: "report", phase });
  return report;
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
