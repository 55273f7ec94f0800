import type { AgentConfig } from "../config.ts";
import { type Check, fault, ok } from "./finding.ts";

/** CAP_NET_ADMIN's bit, linux/capability.h. */
const netAdmin = 12n;

/** What asks the kernel's network settings for more than to be shown. */
function needsNetAdmin({ observe, actuate, control }: AgentConfig): string | undefined {
  if (observe.kind === "tc" && observe.arrivals !== null) return "nft";
  if (control.mode !== "enforce") return undefined;
  if (actuate.kind === "tc") return "HTB rates";
  return actuate.kind === "box" && actuate.wireless !== null ? "transmit power" : undefined;
}

/** The rights of whoever runs this, as the agent is to have them. */
export const checkRights: Check = (config, { files }) => {
  const check = "rights";
  const what = needsNetAdmin(config);
  if (what === undefined) return [];
  const effective = /^CapEff:\s*([0-9a-f]+)$/m.exec(files.read("/proc/self/status") ?? "")?.[1];
  const permitted = ((BigInt(`0x${effective ?? "0"}`) >> netAdmin) & 1n) === 1n;
  if (permitted) return [ok(check, `CAP_NET_ADMIN, for ${what}`)];
  const advice = "run it, and the agent, as root or with CAP_NET_ADMIN (the unit gives it)";
  return [fault(check, `no CAP_NET_ADMIN, for ${what}`, advice)];
};
