import type { ClassChange } from "./class-change.ts";
import type { HtbClass } from "./htb-classes.ts";

/** HTB classes of one interface by id, such as `1:11`. */
export type ClassTable = ReadonlyMap<string, HtbClass>;

/** A way to the HTB classes of one interface. */
export interface ClassControl {
  /** @throws Error where this machine has no such way */
  start(): void;
  /** @throws Error where the kernel does not answer in time; may as well reject */
  read(): ClassTable | Promise<ClassTable>;
  /**
   * Carries the changes out in their order, then reads; a change that the kernel refuses keeps none of
   * the others back.
   *
   * @throws Error where the kernel does not answer in time; may as well reject
   */
  change(changes: readonly ClassChange[]): ClassTable | Promise<ClassTable>;
  stop(): Promise<void>;
}

/** @throws Error where one of them is missing */
export function classesInOrder(classes: ClassTable, classIds: readonly string[]): HtbClass[] {
  return classIds.map((classId) => {
    const found = classes.get(classId);
    if (found === undefined) throw new Error(`the kernel shows no HTB class ${classId}`);
    return found;
  });
}
