import { closeSync, openSync, readSync, writeSync } from "node:fs";
import { type SystemFiles, systemFiles } from "./system-files.ts";

/** Files whose descriptors stay open until they are closed together. */
export interface OpenFiles extends SystemFiles {
  close(): void;
}

const mostBytes = 4096;

/**
 * The kernel's own tree for whoever reads and writes the same few files in every slot: 3 µs a read
 * where opening each time takes 20 (measured on cpu.cfs_quota_us).
 */
export function openFiles(): OpenFiles {
  const buffer = Buffer.alloc(mostBytes);
  const descriptors = new Map<string, number>();

  function withDescriptor<T>(path: string, mode: "r" | "w", use: (fd: number) => T): T {
    const key = `${mode} ${path}`;
    const fd = descriptors.get(key) ?? openSync(path, mode);
    descriptors.set(key, fd);
    try {
      return use(fd);
    } catch (error) {
      descriptors.delete(key);
      closeSync(fd);
      throw error;
    }
  }

  return {
    ...systemFiles,
    read: (path) => {
      try {
        return withDescriptor(path, "r", (fd) =>
          buffer.toString("latin1", 0, readSync(fd, buffer, 0, mostBytes, 0)).trim(),
        );
      } catch {
        return undefined;
      }
    },
    write: (path, text) => {
      withDescriptor(path, "w", (fd) => writeSync(fd, text, 0));
    },
    close: () => {
      for (const fd of descriptors.values()) closeSync(fd);
      descriptors.clear();
    },
  };
}
