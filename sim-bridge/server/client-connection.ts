import type { Socket } from "node:net";
import type { BridgeErrorCode, BridgeReply } from "../../core/messages/bridge.ts";
import { type DecodedFrame, encodeFrame, FrameDecoder } from "../../core/messages/bridge-frame.ts";

/** A client that does not read what was sent before the end is cut off after this, ms. */
const lingerMs = 1000;

/** One client's socket: frames in, frames out, and the access points it claimed. */
export class ClientConnection {
  agents: readonly string[] = [];
  /** True when the client asked for a reset and has not stepped since. */
  awaitsReset = false;
  lastHeardMs: number;
  droppedFrames = 0;
  private readonly socket: Socket;
  private readonly decoder = new FrameDecoder();
  private readonly maxBufferedBytes: number;

  constructor(socket: Socket, maxBufferedBytes: number, nowMs: number) {
    this.socket = socket;
    this.maxBufferedBytes = maxBufferedBytes;
    this.lastHeardMs = nowMs;
  }

  get open(): boolean {
    return !this.socket.destroyed && this.socket.writable;
  }

  receive(chunk: Uint8Array, nowMs: number): DecodedFrame[] {
    this.lastHeardMs = nowMs;
    return this.decoder.push(chunk);
  }

  /** Sends a message, or drops it when the client has left too much unread. */
  send(message: BridgeReply): void {
    if (!this.open) return;
    if (this.socket.writableLength > this.maxBufferedBytes) {
      this.droppedFrames++;
      return;
    }
    this.socket.write(encodeFrame(message));
  }

  refuse(code: BridgeErrorCode, message: string): void {
    this.send({ type: "error", code, message });
  }

  /** Ends the connection after what was sent. */
  end(): void {
    this.socket.destroySoon();
    setTimeout(() => this.socket.destroy(), lingerMs).unref();
  }

  destroy(): void {
    this.socket.destroy();
  }
}
