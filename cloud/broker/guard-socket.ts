import type { Socket } from "node:net";
import { FrameGuard, type FrameLimits } from "./frame-guard.ts";
import { TokenBucket } from "./token-bucket.ts";

/** What a client may send. */
export interface InputLimits extends FrameLimits {
  readonly maxMessagesPerSecond: number;
  readonly maxBytesPerSecond: number;
}

export interface GuardListener {
  /** A packet was too long; the socket is destroyed. */
  onOversized(): void;
  /** The client was faster than its limits; it is read from again after a wait. */
  onThrottled(): void;
}

/**
 * Stands between a socket and aedes, which has neither packet nor rate limit of its own and reads in
 * paused mode: each chunk passes the guard before the parser can collect it. A client over its rate
 * is not read from for a while, and TCP slows it down.
 */
export function guardSocket(socket: Socket, limits: InputLimits, listener: GuardListener): void {
  const guard = new FrameGuard(limits);
  const messages = new TokenBucket(limits.maxMessagesPerSecond, performance.now());
  const bytes = new TokenBucket(limits.maxBytesPerSecond, performance.now());
  let wait: NodeJS.Timeout | undefined;
  const pause = (forMs: number) => {
    listener.onThrottled();
    wait = setTimeout(() => {
      wait = undefined;
      socket.emit("readable");
    }, forMs);
  };
  const read = socket.read.bind(socket);
  socket.read = (size?: number) => {
    if (wait !== undefined) return null;
    const chunk: Uint8Array | null = read(size);
    if (chunk === null) return null;
    const before = guard.frames;
    if (!guard.accept(chunk)) {
      listener.onOversized();
      socket.destroy();
      return null;
    }
    const nowMs = performance.now();
    const waitMs = Math.max(
      messages.take(guard.frames - before, nowMs),
      bytes.take(chunk.length, nowMs),
    );
    if (waitMs > 0) pause(waitMs);
    return chunk;
  };
  socket.once("close", () => clearTimeout(wait));
}
