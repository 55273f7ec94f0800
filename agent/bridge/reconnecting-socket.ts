import { connect, type Socket } from "node:net";
import type { BridgeAddress } from "../../core/messages/bridge-address.ts";
import { type DecodedFrame, encodeFrame, FrameDecoder } from "../../core/messages/bridge-frame.ts";
import type { BackOff } from "../../platform/back-off.ts";

/** Unsent bytes above which the other side counts as not reading. */
const maxUnsentBytes = 256 * 1024;

export interface SocketEvents {
  opened(): void;
  received(frame: DecodedFrame): void;
  /** The connection ended, or could not be made. */
  closed(): void;
}

/** One connection at a time to an address, made anew with growing delays until stopped. */
export class ReconnectingSocket {
  private readonly address: BridgeAddress;
  private readonly backOff: BackOff;
  private readonly events: SocketEvents;
  private socket: Socket | undefined;
  private retry: NodeJS.Timeout | undefined;
  private stopped = true;

  constructor(address: BridgeAddress, backOff: BackOff, events: SocketEvents) {
    this.address = address;
    this.backOff = backOff;
    this.events = events;
  }

  start(): void {
    this.stopped = false;
    this.connect();
  }

  /** Ends the connection for good; what was sent before still goes out. */
  stop(): void {
    this.stopped = true;
    clearTimeout(this.retry);
    this.socket?.destroySoon();
    this.socket?.unref();
  }

  /** The other side proved useful: the next lost connection is retried soon. */
  confirm(): void {
    this.backOff.reset();
  }

  /** Gives this connection up for another. */
  reconnect(): void {
    this.socket?.destroy();
  }

  /** False when there is no connection, or nobody reads at its other end. */
  send(message: unknown): boolean {
    const { socket } = this;
    if (socket === undefined || !socket.writable || socket.connecting) return false;
    if (socket.writableLength > maxUnsentBytes) return false;
    socket.write(encodeFrame(message));
    return true;
  }

  private connect(): void {
    const socket = connect({ ...this.address, noDelay: true, keepAlive: true });
    const decoder = new FrameDecoder();
    this.socket = socket;
    socket.on("connect", () => this.events.opened());
    socket.on("data", (chunk) => {
      for (const frame of decoder.push(chunk)) {
        if (!socket.destroyed) this.events.received(frame);
      }
    });
    socket.on("error", () => socket.destroy());
    socket.on("close", () => {
      this.socket = undefined;
      this.events.closed();
      if (!this.stopped) this.retry = setTimeout(() => this.connect(), this.backOff.nextDelayMs());
    });
  }
}
