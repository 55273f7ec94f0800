/** Signals that a terminal sends to all of its processes at once: Ctrl-C, and its own end. */
const terminalSignals = ["SIGINT", "SIGHUP"] as const;

/**
 * Aborts when this process should end: on SIGTERM, SIGINT or SIGHUP, or when the process that
 * started it with an IPC channel is gone (it may be gone already, before this program was loaded). A
 * process with such a channel leaves a terminal's signals to its parent.
 */
export function shutdownSignal(): AbortSignal {
  const controller = new AbortController();
  const stop = () => controller.abort();
  const parented = process.channel !== undefined;
  process.once("SIGTERM", stop);
  for (const signal of terminalSignals) process.on(signal, parented ? () => undefined : stop);
  if (process.connected === false) stop();
  process.once("disconnect", stop);
  process.channel?.unref();
  return controller.signal;
}

/** Ends the process cleanly when nobody reads its output any more, as after `| head`. */
export function endWithReader(stream: NodeJS.WriteStream): void {
  stream.on("error", () => {
    if (process.listenerCount("SIGTERM") > 0) process.emit("SIGTERM", "SIGTERM");
    else process.exit(1);
  });
}
