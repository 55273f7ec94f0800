import { closeSync, openSync, readSync } from "node:fs";

const mostBytes = 4096;

/**
 * A small file of the kernel's (/proc, /sys, cgroups), read anew each time from one open descriptor:
 * some 5 µs, where opening it each time would take three times as long.
 */
export class CounterFile {
  private readonly path: string;
  private readonly buffer = Buffer.alloc(mostBytes);
  private descriptor: number | undefined;

  constructor(path: string) {
    this.path = path;
  }

  /** @throws Error where there is no such file */
  open(): void {
    this.descriptor = openSync(this.path, "r");
  }

  close(): void {
    if (this.descriptor !== undefined) closeSync(this.descriptor);
    this.descriptor = undefined;
  }

  /** @throws Error where it is not open, or the kernel has none to tell */
  read(): string {
    if (this.descriptor === undefined) throw new Error(`${this.path} is not open`);
    const bytes = readSync(this.descriptor, this.buffer, 0, mostBytes, 0);
    return this.buffer.toString("utf8", 0, bytes);
  }
}
