import { randomUUID } from "node:crypto";
import { open, readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

const draftEnd = ".draft";

function draftStart(path: string): string {
  return `.${basename(path)}.`;
}

/**
 * Replaces a file so that a reader, or a box that loses power, sees the old content or the new and
 * nothing between: write beside it, fsync, rename, fsync the directory.
 *
 * @param mode permissions of the new file, before the process's umask
 */
export async function writeFileAtomic(
  path: string,
  content: string | Uint8Array,
  mode = 0o666,
): Promise<void> {
  const directory = dirname(path);
  const draft = join(directory, `${draftStart(path)}${randomUUID()}${draftEnd}`);
  try {
    const file = await open(draft, "wx", mode);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  const handle = await open(directory, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Removes what killed processes had begun to write in place of this file; none may be writing it. */
export async function removeDrafts(path: string): Promise<void> {
  const directory = dirname(path);
  const start = draftStart(path);
  const drafts = (await readdir(directory)).filter(
    (name) => name.startsWith(start) && name.endsWith(draftEnd),
  );
  for (const draft of drafts) await rm(join(directory, draft), { force: true });
}
