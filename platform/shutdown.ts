/**
 * Aborts when this process should end: on SIGINT, on SIGTERM, or when the process that started it
 * with an IPC channel is gone. It may be gone already, before this program was loaded.
 */
export function shutdownSignal(): AbortSignal {
  const controller = new AbortController();
  const stop = () => controller.abort();
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  if (process.connected === false) stop();
  process.once("disconnect", stop);
  process.channel?.unref();
  return controller.signal;
}
