import { execFileSync } from "node:child_process";
import { SlotwiseError } from "../../core/errors.ts";

const programs = {
  ip: { option: "-Version", debian: "iproute2" },
  tc: { option: "-Version", debian: "iproute2" },
  taskset: { option: "--version", debian: "util-linux" },
};

function refuse(expected: string, received: string): never {
  throw new SlotwiseError("TESTBED_UNAVAILABLE", {
    expected,
    received,
    consequence: "nothing was set up",
  });
}

function answers(program: string, option: string): boolean {
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
 * @throws SlotwiseError TESTBED_UNAVAILABLE
 */
export function requireTestbed(): void {
  if (process.platform !== "linux") refuse("Linux", process.platform);
  const user = process.getuid?.();
  if (user !== 0) refuse("to run as root (network namespaces)", `user id ${user}`);
  for (const [program, { option, debian }] of Object.entries(programs)) {
    if (answers(program, option)) continue;
    refuse(`the program ${program} (Debian: ${debian})`, "none on the PATH");
  }
}
