import { existsSync, statfsSync, statSync } from "node:fs";
import { connect } from "node:net";
import { availableParallelism } from "node:os";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { loadNetlink } from "../../platform/netlink-socket.ts";
import { runCommand, runCommandWithin } from "../actuate/run-command.ts";
import { systemFiles } from "../actuate/system-files.ts";
import type { Probes } from "./finding.ts";

const connectTimeoutMs = 2000;

/** A small box takes seconds to load ONNX Runtime for the first time. */
const openModel = runCommandWithin(30_000);

function existing(path: string): string {
  return existsSync(path) ? path : existing(dirname(path));
}

function reach(host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, timeout: connectTimeoutMs });
    const end = (then: () => void) => () => {
      socket.destroy();
      then();
    };
    socket.on("connect", end(resolve));
    socket.on(
      "timeout",
      end(() => reject(new Error("no answer"))),
    );
    socket.on("error", reject);
  });
}

/** This machine, as it is. */
export const machineProbes: Probes = {
  files: systemFiles,
  run: runCommand,
  nodeVersion: process.version,
  platform: process.platform,
  wallClockMs: Date.now,
  cpus: availableParallelism,
  freeBytes: (path) => {
    const { bavail, bsize } = statfsSync(existing(path));
    return bavail * bsize;
  },
  access: (path) => statSync(path),
  netlink: () => loadNetlink() !== undefined,
  connect: reach,
  openModel: async (path) => {
    const program = fileURLToPath(new URL("./onnx-worker.js", import.meta.url));
    await openModel(process.execPath, [program, path]);
  },
};
