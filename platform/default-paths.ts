import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A folder that only this user writes to, where the system has one: /run for root. */
function runtimeFolder(): string {
  const perUser = process.env.XDG_RUNTIME_DIR;
  if (perUser !== undefined && existsSync(perUser)) return perUser;
  return process.getuid?.() === 0 && existsSync("/run") ? "/run" : tmpdir();
}

/** Where simulators listen and agents look when nothing else is said. */
export const defaultBridgeAddress = `unix:${join(runtimeFolder(), "slotwise.sock")}`;
