import type { Socket } from "node:net";
import { FrameGuard, type FrameLimits } from "./frame-guard.ts";

/**
 * Puts a frame guard between a socket and aedes, which has no packet limit of its own and reads in
 * paused mode: each chunk passes the guard before the parser can collect it.
 */
export function guardSocket(socket: Socket, limits: FrameLimits, onOversized: () => void): void {
  const guard = new FrameGuard(limits);
  const read = socket.read.bind(socket);
  socket.read = (size?: number) => {
    const chunk: Uint8Array | null = read(size);
    if (chunk === null || guard.accept(chunk)) return chunk;
    onOversized();
    socket.destroy();
    return null;
  };
}
