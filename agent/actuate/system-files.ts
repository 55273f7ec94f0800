import {
  accessSync,
  constants,
  readdirSync,
  readFileSync,
  statfsSync,
  writeFileSync,
} from "node:fs";

/** A tree of small files that stand for settings, such as /sys; paths are absolute. */
export interface SystemFiles {
  /** Names in a folder, sorted; none where there is no such folder. */
  list(folder: string): readonly string[];
  /** Without surrounding white space; undefined where it cannot be read. */
  read(path: string): string | undefined;
  /** @throws Error as the kernel refuses */
  write(path: string, text: string): void;
  writable(path: string): boolean;
  /** The magic number of the filesystem it lies in; undefined where there is no such path. */
  filesystem(path: string): number | undefined;
}

function attempt<T>(what: () => T): T | undefined {
  try {
    return what();
  } catch {
    return undefined;
  }
}

/** The kernel's own tree. A read takes some 10 µs, so nothing is kept open. */
export const systemFiles: SystemFiles = {
  list: (folder) => attempt(() => readdirSync(folder).sort()) ?? [],
  read: (path) => attempt(() => readFileSync(path, "utf8").trim()),
  write: (path, text) => writeFileSync(path, text),
  writable: (path) =>
    attempt(() => {
      accessSync(path, constants.W_OK);
      return true;
    }) ?? false,
  filesystem: (path) => attempt(() => statfsSync(path).type),
};
