export interface OutgoingMessage {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly qos: 0 | 1;
  readonly retain: boolean;
}

/**
 * What a message is worth when it cannot go out at once.
 * `standing`: describes the sender; the newest per topic goes out again with every connection.
 * `latest`: the newest per topic is kept until the broker has it.
 * `stream`: one of many; the oldest is dropped when there is no room, and any that fails.
 */
export type Delivery = "standing" | "latest" | "stream";

interface Item {
  readonly message: OutgoingMessage;
  readonly delivery: Delivery;
  readonly failures: number;
}

const maxFailures = 3;

/** Bounded store of messages that wait for the broker; one at a time is in flight. */
export class Outbox {
  private readonly streamCapacity: number;
  private readonly standing = new Map<string, OutgoingMessage>();
  private readonly newest = new Map<string, Item>();
  private readonly stream: Item[] = [];
  private inFlight: Item | undefined;
  private droppedCount = 0;

  constructor(streamCapacity: number) {
    this.streamCapacity = streamCapacity;
  }

  get dropped(): number {
    return this.droppedCount;
  }

  get empty(): boolean {
    return this.inFlight === undefined && this.newest.size === 0 && this.stream.length === 0;
  }

  add(message: OutgoingMessage, delivery: Delivery): void {
    if (delivery === "standing") this.standing.set(message.topic, message);
    if (delivery !== "stream") {
      this.newest.set(message.topic, { message, delivery, failures: 0 });
      return;
    }
    this.stream.push({ message, delivery, failures: 0 });
    if (this.stream.length > this.streamCapacity) {
      this.stream.shift();
      this.droppedCount++;
    }
  }

  /** Takes the next message into flight; undefined while one is, or when none waits. */
  take(): OutgoingMessage | undefined {
    if (this.inFlight !== undefined) return undefined;
    const [first] = this.newest;
    if (first === undefined) {
      this.inFlight = this.stream.shift();
    } else {
      this.newest.delete(first[0]);
      this.inFlight = first[1];
    }
    return this.inFlight?.message;
  }

  /** The broker has the message in flight. */
  delivered(): void {
    this.inFlight = undefined;
  }

  /** The message in flight was lost: kept for another try unless a newer one took its place. */
  failed(): void {
    const item = this.inFlight;
    this.inFlight = undefined;
    if (item === undefined || this.newest.has(item.message.topic)) return;
    const failures = item.failures + 1;
    if (item.delivery === "stream" || failures >= maxFailures) this.droppedCount++;
    else this.newest.set(item.message.topic, { ...item, failures });
  }

  /** A new connection: everything standing has to go out again. */
  reconnected(): void {
    this.failed();
    for (const [topic, message] of this.standing) {
      if (!this.newest.has(topic))
        this.newest.set(topic, { message, delivery: "standing", failures: 0 });
    }
  }
}
