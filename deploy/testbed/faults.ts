import { SlotwiseError } from "../../core/errors.ts";
import { type AccessPoint, downlinkDevice, type Program, type TestbedLayout } from "./layout.ts";
import { runProgram } from "./run-program.ts";
import { sleep } from "./wait.ts";

/** What happens to the link of the first access point from the first third of a trace on. */
export type LinkFault =
  /** Packets vanish at random, in both directions, for a third of the trace. */
  | { readonly kind: "loss"; readonly probability: number }
  | { readonly kind: "outage"; readonly seconds: number };

/** @throws SlotwiseError CONFIG_INVALID */
export function parseFault(text: string): LinkFault {
  const [kind, number, ...rest] = text.split(":");
  const value = Number(number);
  if (rest.length === 0 && kind === "loss" && value > 0 && value < 1) {
    return { kind, probability: value };
  }
  if (rest.length === 0 && kind === "outage" && value > 0 && value <= 60) {
    return { kind, seconds: value };
  }
  throw new SlotwiseError("CONFIG_INVALID", {
    expected: "--fault loss:SHARE below 1, or outage:SECONDS up to 60",
    received: text,
    consequence: "nothing was set up",
  });
}

/**
 * What comes after an outage must be part of its trace, or it says nothing of recovery.
 *
 * @throws SlotwiseError CONFIG_INVALID
 */
export function requireRoom(fault: LinkFault, traceSeconds: number): void {
  if (fault.kind !== "outage" || fault.seconds < (2 / 3) * traceSeconds) return;
  throw new SlotwiseError("CONFIG_INVALID", {
    expected: `an outage shorter than two thirds of the shortest trace, ${traceSeconds} s`,
    received: `${fault.seconds} s`,
    consequence: "nothing was set up",
  });
}

/** A change of the link, and what takes it back. */
interface Change {
  readonly begin: Program;
  readonly end: Program;
}

function ip(args: string): Program {
  return { command: "ip", args: args.split(" ") };
}

/** Random loss of what comes in. */
function incomingLoss(namespace: string, probability: number): Change {
  const match = `-m statistic --mode random --probability ${probability} -j DROP`;
  const rule = `INPUT -i ${downlinkDevice} ${match}`;
  const iptables = `netns exec ${namespace} iptables`;
  return { begin: ip(`${iptables} -I ${rule}`), end: ip(`${iptables} -D ${rule}`) };
}

function changesOf(fault: LinkFault, layout: TestbedLayout): Change[] {
  const { namespace, port } = layout.accessPoints[0] as AccessPoint;
  switch (fault.kind) {
    case "loss":
      return [namespace, layout.users].map((within) => incomingLoss(within, fault.probability));
    case "outage": {
      const link = `-n ${layout.air} link set ${port}`;
      return [{ begin: ip(`${link} down`), end: ip(`${link} up`) }];
    }
  }
}

/** Waits, but no longer than until the signal aborts. */
async function pause(durationMs: number, signal: AbortSignal): Promise<void> {
  await sleep(durationMs, signal).catch(() => undefined);
}

/**
 * Waits for its time, disturbs the link, and gives it back; where the signal aborts, at once.
 *
 * @throws SlotwiseError PROCESS_FAILED where the link cannot be disturbed, or given back
 */
export async function disturb(
  fault: LinkFault,
  layout: TestbedLayout,
  traceMs: number,
  signal: AbortSignal,
): Promise<void> {
  await pause(traceMs / 3, signal);
  if (signal.aborted) return;
  const begun: Change[] = [];
  try {
    for (const change of changesOf(fault, layout)) {
      await runProgram(change.begin.command, change.begin.args);
      begun.push(change);
    }
    await pause(fault.kind === "outage" ? fault.seconds * 1e3 : traceMs / 3, signal);
  } finally {
    for (const { end } of begun) await runProgram(end.command, end.args);
  }
}
