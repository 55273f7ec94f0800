import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { rm } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { SlotwiseError } from "../../../core/errors.ts";
import { removeDrafts, writeFileAtomic } from "../../../platform/atomic-file.ts";
import { FileLock } from "../../../platform/file-lock.ts";
import type { DeviceLock } from "./device-lock.ts";
import type { Restoration } from "./restoration.ts";

/**
 * Waits until its input closes, which happens however the agent ends, and takes the journal ($1); no
 * journal, nothing to do. What the agent had started may still be writing and holds the journal's
 * lock, so that is waited for. Then the journal is carried out line by line; what fails stays for the
 * next attempt. A shell, because it stays beside the agent all the time: 2 MB, where a second Node
 * would be 40.
 */
const script = `
trap '' INT TERM HUP
if [ "$2" = wait ]; then read -r _; fi
if [ -e "$1" ]; then mv "$1" "$1.taken"; fi
[ -e "$1.taken" ] || exit 0
if [ "$2" = wait ]; then
  exec 9>> "$1.lock"
  flock -w 0.5 9
fi
set -f
true > "$1.failed"
while IFS= read -r line; do
  IFS='\t'
  set -- "$1" $line
  case $2 in
    file) echo "$4" > "$3" ;;
    command) ( shift 2; "$@" < /dev/null ) ;;
  esac || printf '%s\\n' "$line" | tee -a "$1.failed" >&2
done < "$1.taken"
mv "$1.failed" "$1.taken"
[ ! -s "$1.taken" ] && rm "$1.taken"
`;

/** A child that dies sooner may do so again, ms. */
const lastingMs = 1000;

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

/** Held while a journal may be written or carried out. */
export function journalLock(journal: string): DeviceLock {
  return { part: `by ${journal}`, lock: new FileLock(`${journal}.lock`, "a") };
}

/** Where a journal is while it is carried out, and where what failed stays. */
export function takenOf(journal: string): string {
  return `${journal}.taken`;
}

/**
 * Keeps settings safe from this process's own death. The journal says how to put them back; a child
 * carries it out when this process is gone, whatever ended it, and the next start does where the
 * child died too.
 */
export class Guardian {
  private readonly journal: string;
  private readonly onEvent: (event: string) => void;
  private locks: readonly number[] = [];
  private child: ChildProcess | undefined;
  private diedYoung = false;

  /**
   * @param journal its folder must be writable for this user only: what it says is carried out
   * @param onEvent told when the child has died before its time and another takes its place
   */
  constructor(journal: string, onEvent: (event: string) => void) {
    this.journal = journal;
    this.onEvent = onEvent;
  }

  /**
   * Puts back what a process before this one left, if anything. The caller holds the lock.
   *
   * @throws SlotwiseError RESTORE_INCOMPLETE where some of it cannot be put back
   */
  async restoreLeftovers(): Promise<void> {
    await removeDrafts(this.journal);
    const child = this.spawn("now", ["ignore", "ignore", "pipe"]);
    const said = child.stderr === null ? "" : text(child.stderr);
    const [[code], reasons] = await Promise.all([once(child, "exit"), said]);
    if (code === 0) return;
    const taken = takenOf(this.journal);
    throw new SlotwiseError("RESTORE_INCOMPLETE", {
      expected: `to put back what an agent left in ${this.journal}`,
      received: reasons.trim().replaceAll("\n", "; ").replaceAll("\t", " "),
      consequence: `${taken} keeps what is still to be put back; it is tried again at the next start, unless you remove it`,
    });
  }

  /**
   * From here until `release` these are carried out if this process ends.
   *
   * @param locks descriptors of locks that last until that is done
   */
  async hold(restorations: readonly Restoration[], locks: readonly number[] = []): Promise<void> {
    await writeFileAtomic(this.journal, restorations.map(line).join(""));
    this.locks = locks;
    await this.watch();
  }

  /** Nothing is left to put back of what is held. */
  async release(): Promise<void> {
    const { child } = this;
    if (child === undefined) return;
    this.child = undefined;
    await rm(this.journal, { force: true });
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, "exit");
    child.ref();
    child.stdin?.end();
    await exited;
  }

  /** Starts the child that waits, and another when it has died or could not be started. */
  private async watch(): Promise<void> {
    const child = this.spawn("wait", ["pipe", "ignore", "ignore", ...this.locks]);
    const bornMs = performance.now();
    child.unref();
    child.stdin?.on("error", () => undefined);
    child.once("exit", (code, signal) =>
      this.replace(child, bornMs, `ended with ${signal ?? code}`),
    );
    child.once("error", (error) => this.replace(child, bornMs, error.message));
    this.child = child;
    await once(child, "spawn");
  }

  /** At once, but after a pause where one after the other does not last. */
  private replace(dead: ChildProcess, bornMs: number, reason: string): void {
    if (this.child !== dead) return;
    this.onEvent(`guardian: ${reason}; another takes its place`);
    const watch = () => {
      if (this.child === dead) this.watch().catch(() => undefined);
    };
    setTimeout(watch, this.diedYoung ? lastingMs : 0).unref();
    this.diedYoung = performance.now() - bornMs < lastingMs;
  }

  /** In a session of its own, so that what is sent to the agent's whole group leaves it alone. */
  private spawn(when: "wait" | "now", stdio: ("ignore" | "pipe" | number)[]): ChildProcess {
    const args = ["-c", script, "slotwise-guardian", this.journal, when];
    return spawn("/bin/sh", args, { stdio, detached: true });
  }
}
