import { execFileSync } from "node:child_process";
import { SlotwiseError } from "../../core/errors.ts";

function refuse(expected: string, received: string): never {
  throw new SlotwiseError("TESTBED_UNAVAILABLE", {
    expected,
    received,
    consequence: "nothing was set up",
  });
}

function answers(program: string): boolean {
  try {
    execFileSync(program, ["-Version"], { stdio: "ignore", timeout: 5000 });
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
  for (const program of ["ip", "tc"]) {
    if (!answers(program)) refuse(`the program ${program} (Debian: iproute2)`, "none on the PATH");
  }
}
