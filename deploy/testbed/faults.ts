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

/** "-I" begins, "-D" ends a random loss of what comes in. */
function loseIncoming(namespace: string, change: "-I" | "-D", probability: number): Program {
  const match = `-m statistic --mode random --probability ${probability} -j DROP`;
  const args = `netns exec ${namespace} iptables ${change} INPUT -i ${downlinkDevice} ${match}`;
  return { command: "ip", args: args.split(" ") };
}

function programsOf(fault: LinkFault, layout: TestbedLayout, begins: boolean): Program[] {
  const { namespace, port } = layout.accessPoints[0] as AccessPoint;
  switch (fault.kind) {
    case "loss":
      return [namespace, layout.users].map((within) =>
        loseIncoming(within, begins ? "-I" : "-D", fault.probability),
      );
    case "outage": {
      const args = `-n ${layout.air} link set ${port} ${begins ? "down" : "up"}`;
      return [{ command: "ip", args: args.split(" ") }];
    }
  }
}

async function carryOut(programs: readonly Program[]): Promise<void> {
  for (const { command, args } of programs) await runProgram(command, args);
}

/** Waits for its time, disturbs the link, and gives it back. */
export async function disturb(
  fault: LinkFault,
  layout: TestbedLayout,
  traceMs: number,
  signal: AbortSignal,
): Promise<void> {
  await sleep(traceMs / 3, signal);
  await carryOut(programsOf(fault, layout, true));
  await sleep(fault.kind === "outage" ? fault.seconds * 1e3 : traceMs / 3, signal);
  await carryOut(programsOf(fault, layout, false));
}
