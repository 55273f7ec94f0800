import type { BatchProcess, StartBatchProcess } from "./batch-process.ts";

export interface TcBatchParts {
  readonly device: string;
  /** Options before `-batch`, such as `-s` for counters. */
  readonly options: readonly string[];
  readonly answerTimeoutMs: number;
  readonly startProcess: StartBatchProcess;
}

interface Question {
  readonly answer: (text: string) => void;
  readonly fail: (reason: string) => void;
}

/** Every question ends with `qdisc show`; its line of the root qdisc ends the answer. */
const lastLine = /^qdisc .*\broot\b.*\n/m;
const maxOpenQuestions = 8;
const restartPauseMs = 100;
const endGraceMs = 500;

/**
 * One long-lived `tc -force -batch -`: a process per change would take 6–9 ms, a line in this one
 * 0.05 ms. Commands are carried out in the order in which they are asked, so `class show` behind a
 * `class change` proves what the change did. When tc ends, the next question starts another.
 */
export class TcBatch {
  /** Commands that tc refused. */
  faults = 0;
  restarts = 0;
  lastFault = "";
  private readonly parts: TcBatchParts;
  private process: BatchProcess | undefined;
  private readonly open: Question[] = [];
  private printed = "";
  private startedMs = Number.NEGATIVE_INFINITY;
  private everStarted = false;
  private stopped = true;
  private whenEnded: (() => void) | undefined;

  constructor(parts: TcBatchParts) {
    this.parts = parts;
  }

  start(): void {
    this.stopped = false;
    this.launch();
  }

  /** Lets tc finish what it was told, then ends it. */
  async stop(): Promise<void> {
    this.stopped = true;
    const { process } = this;
    if (process === undefined) return;
    await new Promise<void>((resolve) => {
      const kill = setTimeout(() => process.kill(), endGraceMs);
      this.whenEnded = () => {
        clearTimeout(kill);
        resolve();
      };
      process.end();
    });
  }

  /**
   * Has tc carry out these lines and gives what they printed.
   *
   * @throws Error when tc is gone, or has not answered in time
   */
  ask(lines: readonly string[]): Promise<string> {
    return new Promise((resolve, reject) => {
      const { answerTimeoutMs, device } = this.parts;
      const timer = setTimeout(() => {
        reject(new Error(`tc has not answered within ${answerTimeoutMs} ms. ${this.lastFault}`));
      }, answerTimeoutMs);
      const question: Question = {
        answer: (text) => {
          clearTimeout(timer);
          resolve(text);
        },
        fail: (reason) => {
          clearTimeout(timer);
          reject(new Error(reason));
        },
      };
      const process = this.ready();
      if (process === undefined) {
        question.fail(`tc is not running. ${this.lastFault}`);
        return;
      }
      this.open.push(question);
      process.write(`${lines.map((line) => `${line}\n`).join("")}qdisc show dev ${device}\n`);
    });
  }

  private ready(): BatchProcess | undefined {
    if (this.open.length >= maxOpenQuestions) this.process?.kill();
    else if (this.process === undefined && !this.stopped) this.launch();
    return this.open.length >= maxOpenQuestions ? undefined : this.process;
  }

  private launch(): void {
    const nowMs = performance.now();
    if (nowMs - this.startedMs < restartPauseMs) return;
    this.startedMs = nowMs;
    if (this.everStarted) this.restarts++;
    this.everStarted = true;
    this.printed = "";
    const { startProcess, options } = this.parts;
    let gone = false;
    const process = startProcess("tc", ["-force", ...options, "-batch", "-"], {
      output: (text) => this.read(text),
      fault: (text) => this.note(text),
      ended: (reason) => {
        gone = true;
        this.lost(reason);
      },
    });
    this.process = gone ? undefined : process;
  }

  private read(text: string): void {
    this.printed += text;
    for (;;) {
      const last = lastLine.exec(this.printed);
      if (last === null) return;
      const end = last.index + last[0].length;
      const answer = this.printed.slice(0, end);
      this.printed = this.printed.slice(end);
      this.open.shift()?.answer(answer);
    }
  }

  private note(text: string): void {
    this.faults += text.split("Command failed").length - 1;
    this.lastFault = text.trim();
  }

  private lost(reason: string): void {
    this.process = undefined;
    for (const question of this.open.splice(0)) question.fail(reason);
    this.whenEnded?.();
    this.whenEnded = undefined;
  }
}
