import { once } from "node:events";
import { connect, type Socket } from "node:net";
import {
  type BridgeReply,
  bridgeReplySchema,
  type ObservationReply,
} from "../../../core/messages/bridge.ts";
import type { BridgeAddress } from "../../../core/messages/bridge-address.ts";
import { encodeFrame, FrameDecoder } from "../../../core/messages/bridge-frame.ts";

type ReplyOf<Type> = Extract<BridgeReply, { type: Type }>;

const equalAction = [6, 6, 6, 6, 6, 6];

/** A client of the bridge protocol as a test writes one: sends anything, awaits replies in order. */
export class RawClient {
  readonly socket: Socket;
  readonly replies: BridgeReply[] = [];
  private wake: (() => void) | undefined;
  closed = false;

  private constructor(socket: Socket) {
    this.socket = socket;
    const decoder = new FrameDecoder();
    socket.on("data", (chunk) => {
      for (const frame of decoder.push(chunk)) {
        if (frame.kind !== "message") throw new Error(frame.reason);
        this.replies.push(bridgeReplySchema.parse(frame.value));
      }
      this.wake?.();
    });
    socket.on("error", () => {});
    socket.on("close", () => {
      this.closed = true;
      this.wake?.();
    });
  }

  static async connect(address: BridgeAddress): Promise<RawClient> {
    const socket = connect(address);
    await once(socket, "connect");
    return new RawClient(socket);
  }

  /** Connects and claims; resolves with the simulator's hello read. */
  static async join(address: BridgeAddress, ...agents: string[]): Promise<RawClient> {
    const client = await RawClient.connect(address);
    client.send({ type: "hello", protocol: 1, agents });
    await client.next("hello");
    return client;
  }

  send(message: unknown): void {
    this.socket.write(encodeFrame(message));
  }

  step({ slot, observations }: ObservationReply, action = equalAction): void {
    const actions = Object.fromEntries(Object.keys(observations).map((agent) => [agent, action]));
    this.send({ type: "step", slot, actions });
  }

  /** The next reply; throws when it is of another type. */
  async next<Type extends BridgeReply["type"]>(type: Type): Promise<ReplyOf<Type>> {
    while (this.replies.length === 0) {
      if (this.closed) throw new Error(`connection closed while waiting for ${type}`);
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
    const reply = this.replies.shift() as BridgeReply;
    if (reply.type !== type) throw new Error(`expected ${type}; received ${JSON.stringify(reply)}`);
    return reply as ReplyOf<Type>;
  }

  /** Steps through `slots` observations and returns them. */
  async play(slots: number, action = equalAction): Promise<ObservationReply[]> {
    const seen: ObservationReply[] = [];
    while (seen.length < slots) {
      const observation = await this.next("observation");
      seen.push(observation);
      this.step(observation, action);
    }
    return seen;
  }

  /** Asks for a reset and skips to its first observation. */
  async reset(seed?: number): Promise<ObservationReply> {
    this.send(seed === undefined ? { type: "reset" } : { type: "reset", seed });
    for (;;) {
      const observation = await this.next("observation");
      if (observation.reset) return observation;
    }
  }

  /** Resolves when the other side has closed the connection. */
  async untilClosed(): Promise<void> {
    if (!this.closed) await once(this.socket, "close");
  }

  die(): void {
    this.socket.destroy();
  }
}
