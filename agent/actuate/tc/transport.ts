import { z } from "zod";
import type { Netlink } from "../../../platform/netlink-socket.ts";
import type { StartBatchProcess } from "./batch-process.ts";
import type { ClassControl } from "./class-control.ts";
import { NetlinkClasses } from "./netlink/netlink-classes.ts";
import { TcBatch } from "./tc-batch.ts";
import { TcClasses } from "./tc-classes.ts";

/** How classes are read and changed. */
export const transportSchema = z
  .enum(["auto", "netlink", "tc"])
  .default("auto")
  .describe("netlink: messages to the kernel (koffi); tc: a process; auto: netlink where it loads");

interface TransportConfig {
  readonly device: string;
  readonly transport: z.output<typeof transportSchema>;
  readonly answerTimeoutMs: number;
}

/** What the ways to the classes go through. */
export interface TransportSurroundings {
  readonly startProcess: StartBatchProcess;
  /** Gives undefined where it does not load. Without one all goes through `tc`, as words. */
  readonly loadNetlink?: (() => Netlink | undefined) | undefined;
}

/** @param counters whether `tc` is to print what was sent and what waits */
export function openClassControl(
  { device, transport, answerTimeoutMs }: TransportConfig,
  { startProcess, loadNetlink }: TransportSurroundings,
  counters: boolean,
): ClassControl {
  const netlink = transport === "tc" ? undefined : loadNetlink?.();
  if (netlink !== undefined) return new NetlinkClasses(netlink, device, answerTimeoutMs);
  if (transport === "netlink" && loadNetlink !== undefined) return unloaded;
  const options = counters ? ["-s"] : [];
  return new TcClasses(device, new TcBatch({ device, answerTimeoutMs, options, startProcess }));
}

function refuse(): never {
  throw new Error("koffi, an optional package that transport: netlink needs, does not load");
}

/** Says so when it is started, as every other lack of the machine. */
const unloaded: ClassControl = {
  start: refuse,
  read: refuse,
  change: refuse,
  stop: () => Promise.resolve(),
};
