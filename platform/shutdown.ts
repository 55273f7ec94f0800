/**
 * Aborts when this process should end: on SIGTERM, on SIGINT, or when the process that started it
 * with an IPC channel is gone (it may be gone already, before this program was loaded). A process
 * with such a channel leaves Ctrl-C, which reaches all of a terminal's processes, to its parent.
 */
export function shutdownSignal(): AbortSignal {
  const controller = new AbortController();
  const stop = () => controller.abort();
  process.once("SIGTERM", stop);
  if (process.channel === undefined) process.once("SIGINT", stop);
  else process.on("SIGINT", () => undefined);
  if (process.connected === false) stop();
  process.once("disconnect", stop);
  process.channel?.unref();
  return controller.signal;
}
