import type { RunCommand } from "../actuate/run-command.ts";
import type { SystemFiles } from "../actuate/system-files.ts";
import type { AgentConfig } from "../config.ts";

/** What a check came to; whatever is not ok says what to do. */
export type Finding =
  | { readonly check: string; readonly state: "ok"; readonly found: string }
  | {
      readonly check: string;
      /** A fault keeps the agent from what its configuration asks; a warning makes it worse at it. */
      readonly state: "warning" | "fault";
      readonly found: string;
      readonly advice: string;
    };

/** What a check asks the machine; a test passes its own. */
export interface Probes {
  readonly files: SystemFiles;
  readonly run: RunCommand;
  readonly nodeVersion: string;
  readonly platform: string;
  readonly wallClockMs: () => number;
  readonly cpus: () => number;
  /** Of the filesystem that a path lies in, or will. @throws Error where it cannot be known */
  readonly freeBytes: (path: string) => number;
  /** Permission bits and owner. @throws Error where there is no such path */
  readonly access: (path: string) => { readonly mode: number; readonly uid: number };
  /** Whether netlink can be spoken without a program. */
  readonly netlink: () => boolean;
  /** @throws Error where nobody listens */
  readonly connect: (host: string, port: number) => Promise<void>;
  /** Opens a model in a process of its own. @throws Error with what that process said */
  readonly openModel: (path: string) => Promise<void>;
}

/** One thing that must be right, for configurations that need it; none where it does not matter. */
export type Check = (
  config: AgentConfig,
  probes: Probes,
) => readonly Finding[] | Promise<readonly Finding[]>;

export function ok(check: string, found: string): Finding {
  return { check, state: "ok", found };
}

export function fault(check: string, found: string, advice: string): Finding {
  return { check, state: "fault", found, advice };
}

export function warning(check: string, found: string, advice: string): Finding {
  return { check, state: "warning", found, advice };
}

export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
