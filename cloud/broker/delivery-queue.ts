import type { Socket } from "node:net";

export interface QueueLimits {
  readonly maxQueuedBytes: number;
  readonly drainTimeoutMs: number;
  readonly maxStallMs: number;
}

type Done = (error: Error | null) => void;

/**
 * What waits in the broker for a subscriber's socket. aedes goes on with a message when every
 * subscriber's socket has drained, so that one frozen subscriber holds up the others; here they wait
 * for a full socket only shortly, and the subscriber is closed when it takes nothing for too long, or
 * too much waits for it.
 */
export class DeliveryQueue {
  private readonly socket: Socket;
  private readonly limits: QueueLimits;
  private waiting: Done[] = [];
  private patience: NodeJS.Timeout | undefined;
  private lagging = false;

  constructor(socket: Socket, limits: QueueLimits) {
    this.socket = socket;
    this.limits = limits;
  }

  /** Node's own timer counts each byte that the other side takes as activity. */
  watch(): void {
    const { drainTimeoutMs } = this.limits;
    this.socket.on("drain", () => this.drained());
    this.socket.setTimeout(drainTimeoutMs, () => {
      if (this.socket.writableLength === 0) return;
      this.socket.destroy(new Error(`nothing taken for ${drainTimeoutMs} ms`));
    });
  }

  /** Calls back once the next message may be delivered. */
  waitForDrain(done: Done): void {
    const { maxQueuedBytes, maxStallMs } = this.limits;
    if (this.socket.writableLength > maxQueuedBytes) {
      this.socket.destroy(new Error(`more than ${maxQueuedBytes} bytes not taken`));
    }
    if (this.lagging || this.socket.destroyed) {
      setImmediate(done, null);
      return;
    }
    this.waiting.push(done);
    this.patience ??= setTimeout(() => {
      this.lagging = true;
      this.release();
    }, maxStallMs);
  }

  private drained(): void {
    this.lagging = false;
    this.release();
  }

  private release(): void {
    clearTimeout(this.patience);
    this.patience = undefined;
    const { waiting } = this;
    this.waiting = [];
    for (const done of waiting) setImmediate(done, null);
  }
}
