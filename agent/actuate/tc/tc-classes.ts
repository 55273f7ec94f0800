import { type ClassChange, changeLine } from "./class-change.ts";
import type { ClassControl, ClassTable } from "./class-control.ts";
import { parseHtbClasses } from "./htb-classes.ts";
import type { TcBatch } from "./tc-batch.ts";

/** By way of a long-lived `tc`, which prints text. */
export class TcClasses implements ClassControl {
  private readonly device: string;
  private readonly batch: TcBatch;

  constructor(device: string, batch: TcBatch) {
    this.device = device;
    this.batch = batch;
  }

  start(): void {
    this.batch.start();
  }

  stop(): Promise<void> {
    return this.batch.stop();
  }

  read(): Promise<ClassTable> {
    return this.change([]);
  }

  async change(changes: readonly ClassChange[]): Promise<ClassTable> {
    const { device, batch } = this;
    const lines = changes.map((change) => changeLine(device, change));
    return parseHtbClasses(await batch.ask([...lines, `class show dev ${device}`]));
  }
}
