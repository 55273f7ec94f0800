import { AskedProgram } from "../asked-program.ts";
import type { StartBatchProcess } from "./batch-process.ts";

export interface TcBatchParts {
  readonly device: string;
  /** Options before `-batch`, such as `-s` for counters. */
  readonly options: readonly string[];
  readonly answerTimeoutMs: number;
  readonly startProcess: StartBatchProcess;
}

/**
 * One long-lived `tc -force -batch -`. Commands are carried out in the order in which they are asked, so
 * `class show` behind a `class change` proves what the change did. Every question ends with `qdisc
 * show`, whose line of the root qdisc ends the answer.
 */
export class TcBatch extends AskedProgram {
  constructor({ device, options, answerTimeoutMs, startProcess }: TcBatchParts) {
    super({
      command: "tc",
      args: ["-force", ...options, "-batch", "-"],
      lastLine: `qdisc show dev ${device}`,
      endOfAnswer: /^qdisc .*\broot\b.*\n/m,
      answerTimeoutMs,
      startProcess,
    });
  }
}
