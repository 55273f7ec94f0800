import { execFileSync } from "node:child_process";
import { SlotwiseError } from "../../core/errors.ts";
import type { LinkFault } from "./faults.ts";

interface Requirement {
  readonly program: string;
  readonly option: string;
  readonly debian: string;
}

const always: readonly Requirement[] = [
  { program: "ip", option: "-Version", debian: "iproute2" },
  { program: "tc", option: "-Version", debian: "iproute2" },
  { program: "taskset", option: "--version", debian: "util-linux" },
];

const forLoss: Requirement = { program: "iptables", option: "--version", debian: "iptables" };

function refuse(expected: string, received: string): never {
  throw new SlotwiseError("TESTBED_UNAVAILABLE", {
    expected,
    received,
    consequence: "nothing was set up",
  });
}

function answers({ program, option }: Requirement): boolean {
  try {
    execFileSync(program, [option], { stdio: "ignore", timeout: 5000 });
    return true;
  } catch {
    return false;
  }
}

/**
 * What must be there before anything is set up. What the kernel lacks shows when the network is
 * built: that fails with the program's own words.
 *
 * @param fault whose program must be there too
 * @throws SlotwiseError TESTBED_UNAVAILABLE
 */
export function requireTestbed(fault?: LinkFault): void {
  if (process.platform !== "linux") refuse("Linux", process.platform);
  const user = process.getuid?.();
  if (user !== 0) refuse("to run as root (network namespaces)", `user id ${user}`);
  const required = fault?.kind === "loss" ? [...always, forLoss] : always;
  const missing = required.find((requirement) => !answers(requirement));
  if (missing === undefined) return;
  refuse(`the program ${missing.program} (Debian: ${missing.debian})`, "none on the PATH");
}
