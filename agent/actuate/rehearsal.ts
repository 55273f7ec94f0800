import type { Actuator } from "./actuator.ts";
import type { SteeredDevice } from "./restore/steered-device.ts";
import type { RunCommand } from "./run-command.ts";
import type { SystemFiles } from "./system-files.ts";
import type { StartBatchProcess } from "./tc/batch-process.ts";

/** Takes a write that is kept back, in words. */
export type OnWrite = (write: string) => void;

/** A device that plans and reads as ever, on surroundings that keep its writes back. */
export class Rehearsal implements Actuator {
  private readonly device: SteeredDevice;

  constructor(device: SteeredDevice) {
    this.device = device;
  }

  async start(signal: AbortSignal): Promise<void> {
    await this.device.survey();
    await this.device.start(signal);
  }

  /** Nothing was changed; another may steer the device by now, and it need not be as it was found. */
  async stop(): Promise<void> {
    await this.device.stop().catch(() => undefined);
  }

  apply(slot: number, action: Float64Array): Promise<void> {
    return this.device.apply(slot, action);
  }

  /** Nothing was put into force. */
  readBack(): undefined {
    this.device.readBack();
  }
}

export function rehearsedFiles(files: SystemFiles, onWrite: OnWrite): SystemFiles {
  return { ...files, write: (path, text) => onWrite(`${text.trim()} > ${path}`) };
}

/** Lines that show pass; the others are kept back. */
export function rehearsedBatch(start: StartBatchProcess, onWrite: OnWrite): StartBatchProcess {
  return (command, args, events) => {
    const process = start(command, args, events);
    const write = (text: string) => {
      const lines = text.trimEnd().split("\n");
      for (const line of lines.filter((l) => !l.includes(" show "))) onWrite(`${command} ${line}`);
      process.write(
        lines
          .filter((l) => l.includes(" show "))
          .join("\n")
          .concat("\n"),
      );
    };
    return { ...process, write };
  };
}

/** Commands that set are kept back, and say nothing. */
export function rehearsedCommand(run: RunCommand, onWrite: OnWrite): RunCommand {
  return (command, args) => {
    if (!args.includes("set")) return run(command, args);
    onWrite([command, ...args].join(" "));
    return Promise.resolve("");
  };
}
