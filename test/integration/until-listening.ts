import { connect } from "node:net";
import { setTimeout as delay } from "node:timers/promises";

/** Waits until something accepts connections on a loopback port. */
export async function untilListening(port: number): Promise<void> {
  for (;;) {
    const socket = connect(port, "127.0.0.1");
    const open = await new Promise<boolean>((resolve) => {
      socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    });
    socket.destroy();
    if (open) return;
    await delay(50);
  }
}
