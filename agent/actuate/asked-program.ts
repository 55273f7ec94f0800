import type { BatchProcess, StartBatchProcess } from "./tc/batch-process.ts";

export interface AskedProgramParts {
  readonly command: string;
  readonly args: readonly string[];
  /** Asked last of every question; the end of its answer ends the whole. */
  readonly lastLine: string;
  readonly endOfAnswer: RegExp;
  readonly answerTimeoutMs: number;
  readonly startProcess: StartBatchProcess;
}

interface Question {
  readonly answer: (text: string) => void;
  readonly fail: (reason: string) => void;
}

const maxOpenQuestions = 8;
const restartPauseMs = 100;
const endGraceMs = 500;

/**
 * A long-lived program that is asked in lines and answers in order: a process per question would take
 * 6–9 ms, a line to this one 0.05 ms. When it ends, the next question starts another.
 */
export class AskedProgram {
  /** Commands that it refused. */
  faults = 0;
  restarts = 0;
  lastFault = "";
  private readonly parts: AskedProgramParts;
  private process: BatchProcess | undefined;
  private readonly open: Question[] = [];
  private printed = "";
  private startedMs = Number.NEGATIVE_INFINITY;
  private everStarted = false;
  private stopped = true;
  private whenEnded: (() => void) | undefined;

  constructor(parts: AskedProgramParts) {
    this.parts = parts;
  }

  start(): void {
    this.stopped = false;
    this.launch();
  }

  /** Ends it at once, with whatever was asked; the next question starts another. */
  discard(): void {
    this.process?.kill();
  }

  /** Lets it finish what it was told, then ends it. */
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
   * Has it carry out these lines and gives what they printed.
   *
   * @throws Error when it is gone, or has not answered in time
   */
  ask(lines: readonly string[]): Promise<string> {
    return new Promise((resolve, reject) => {
      const { answerTimeoutMs, command, lastLine } = this.parts;
      const timer = setTimeout(() => {
        reject(
          new Error(`${command} has not answered within ${answerTimeoutMs} ms. ${this.lastFault}`),
        );
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
        question.fail(`${command} is not running. ${this.lastFault}`);
        return;
      }
      this.open.push(question);
      process.write([...lines, lastLine].map((line) => `${line}\n`).join(""));
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
    const { startProcess, command, args } = this.parts;
    let gone = false;
    const process = startProcess(command, args, {
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
      const last = this.parts.endOfAnswer.exec(this.printed);
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
