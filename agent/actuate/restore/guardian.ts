import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { rm } from "node:fs/promises";
import { removeDrafts, writeFileAtomic } from "../../../platform/atomic-file.ts";
import type { Restoration } from "./restoration.ts";

/**
 * Waits until its input closes, which happens however the agent ends, and takes the journal ($1); no
 * journal, nothing to do. What the agent had started may still be writing and holds the journal's
 * lock, so that is waited for. Then the journal is carried out line by line and removed. A shell,
 * because it stays beside the agent all the time: 2 MB, where a second Node would be 40.
 */
const script = `
trap '' INT TERM HUP
if [ "$2" = wait ]; then cat > /dev/null; fi
if [ -e "$1" ]; then mv "$1" "$1.taken"; fi
[ -e "$1.taken" ] || exit 0
if [ "$2" = wait ]; then
  exec 9>> "$1.lock"
  flock -w 0.5 9
fi
set -f
while IFS= read -r line; do
  IFS='\t'
  set -- "$1" $line
  case $2 in
    file) echo "$4" > "$3" ;;
    command) ( shift 2; "$@" < /dev/null ) ;;
  esac
done < "$1.taken"
rm -f "$1.taken"
`;

/** Tabs and newlines separate; neither occurs in what is journalled. */
function line(restoration: Restoration): string {
  const words =
    restoration.kind === "file"
      ? [restoration.kind, restoration.path, restoration.value]
      : [restoration.kind, ...restoration.command];
  if (words.some((word) => word === "" || /[\t\n]/.test(word))) {
    throw new Error(`a restoration that cannot be journalled: ${words.join(" ")}`);
  }
  return `${words.join("\t")}\n`;
}

/** The file whose lock is held while a journal may be written or carried out. */
export function lockOf(journal: string): string {
  return `${journal}.lock`;
}

/**
 * Keeps settings safe from this process's own death. The journal says how to put them back; a child
 * carries it out when this process is gone, whatever ended it, and the next start does where the
 * child died too.
 */
export class Guardian {
  private readonly journal: string;
  private child: ChildProcess | undefined;

  /** @param journal its folder must be writable for this user only: what it says is carried out */
  constructor(journal: string) {
    this.journal = journal;
  }

  /** Puts back what a process before this one left, if anything. The caller holds the lock. */
  async restoreLeftovers(): Promise<void> {
    await removeDrafts(this.journal);
    await once(this.spawn("now", ["ignore"]), "exit");
  }

  /**
   * From here until `release` these are carried out if this process ends.
   *
   * @param locks descriptors of locks that last until that is done
   */
  async hold(restorations: readonly Restoration[], locks: readonly number[] = []): Promise<void> {
    await writeFileAtomic(this.journal, restorations.map(line).join(""));
    const child = this.spawn("wait", ["pipe", "ignore", "ignore", ...locks]);
    child.unref();
    child.stdin?.on("error", () => undefined);
    await once(child, "spawn");
    this.child = child;
  }

  /** Nothing is left to put back. */
  async release(): Promise<void> {
    const { child } = this;
    this.child = undefined;
    await rm(this.journal, { force: true });
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, "exit");
    child.ref();
    child.stdin?.end();
    await exited;
  }

  /** In a session of its own, so that what is sent to the agent's whole group leaves it alone. */
  private spawn(when: "wait" | "now", stdio: ("ignore" | "pipe" | number)[]): ChildProcess {
    const args = ["-c", script, "slotwise-guardian", this.journal, when];
    return spawn("/bin/sh", args, { stdio, detached: true });
  }
}
