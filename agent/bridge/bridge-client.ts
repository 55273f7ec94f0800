import { type ErrorCode, SlotwiseError } from "../../core/errors.ts";
import {
  type BridgeReply,
  type BridgeSystem,
  bridgeProtocol,
  bridgeReplySchema,
  type HelloReply,
  type ObservationReply,
} from "../../core/messages/bridge.ts";
import { parseBridgeAddress } from "../../core/messages/bridge-address.ts";
import type { DecodedFrame } from "../../core/messages/bridge-frame.ts";
import { BackOff } from "../../platform/back-off.ts";
import { ReconnectingSocket } from "./reconnecting-socket.ts";

/** A simulator that takes longer to answer a hello is tried again, ms. */
const helloTimeoutMs = 2000;

export interface BridgeEvents {
  /** A simulator answered: a session begins. */
  joined(hello: HelloReply): void;
  observed(observation: ObservationReply, arrivedNs: bigint): void;
  /** The session ended. */
  lost(): void;
  /** Something was refused, here or there; the connection is looked after. */
  fault(error: SlotwiseError): void;
}

/** What an agent expects of a simulator. */
export type RequiredSystem = Pick<BridgeSystem, "system"> & Partial<Pick<BridgeSystem, "spaces">>;

export interface BridgeCounts {
  sessions: number;
  invalidFrames: number;
  /** Error messages from the simulator. */
  refusals: number;
}

/** A simulator on the same box is missed from the first slot on: it is looked for often. */
const retryBounds = { firstMs: 200, capMs: 2000 };

/** An agent's connection to a simulator: says hello, checks what comes, comes back when it is lost. */
export class BridgeClient {
  readonly counts: BridgeCounts = { sessions: 0, invalidFrames: 0, refusals: 0 };
  /** What a simulator must be; any spaces will do where none are given. */
  required: RequiredSystem;
  /** The simulator's hello while a session lasts. */
  hello: HelloReply | undefined;
  private readonly agent: string;
  private readonly events: BridgeEvents;
  private readonly socket: ReconnectingSocket;
  private readonly nowNs: () => bigint;
  private silence: NodeJS.Timeout | undefined;
  /** True once the session has shown which slot it is at. */
  private paced = false;

  /** @throws SlotwiseError CONFIG_INVALID when the address is none */
  constructor(
    address: string,
    agent: string,
    required: RequiredSystem,
    events: BridgeEvents,
    uniform: () => number,
    nowNs: () => bigint,
  ) {
    this.agent = agent;
    this.required = required;
    this.events = events;
    this.nowNs = nowNs;
    this.socket = new ReconnectingSocket(
      parseBridgeAddress(address),
      new BackOff(retryBounds, uniform),
      {
        opened: () => this.sayHello(),
        received: (frame) => this.receive(frame),
        closed: () => this.lose(),
      },
    );
  }

  start(): void {
    this.socket.start();
  }

  stop(): void {
    this.socket.send({ type: "close" });
    this.socket.stop();
    this.lose();
  }

  /** False when the step cannot reach a simulator. */
  step(slot: number, action: Float64Array): boolean {
    if (this.hello === undefined || !this.paced) return false;
    const actions = { [this.agent]: Array.from(action) };
    return this.socket.send({ type: "step", slot, actions });
  }

  private sayHello(): void {
    this.socket.send({ type: "hello", protocol: bridgeProtocol, agents: [this.agent] });
    this.expectWithin(helloTimeoutMs);
  }

  /** A simulator silent for longer than this is given up; a host that vanished sends no farewell. */
  private expectWithin(timeoutMs: number | undefined): void {
    clearTimeout(this.silence);
    if (timeoutMs === undefined) return;
    this.silence = setTimeout(() => this.socket.reconnect(), timeoutMs);
  }

  private lose(): void {
    this.expectWithin(undefined);
    if (this.hello === undefined) return;
    this.hello = undefined;
    this.events.lost();
  }

  private receive(frame: DecodedFrame): void {
    const arrivedNs = this.nowNs();
    if (frame.kind !== "message") {
      this.refuse(frame.reason);
      if (frame.kind === "broken") this.socket.reconnect();
      return;
    }
    const reply = bridgeReplySchema.safeParse(frame.value);
    if (reply.success) this.accept(reply.data, arrivedNs);
    else this.refuse(reply.error.issues.map((i) => `${i.path.join(".")}: ${i.message}`).join("; "));
  }

  private accept(reply: BridgeReply, arrivedNs: bigint): void {
    switch (reply.type) {
      case "hello":
        this.join(reply);
        break;
      case "observation":
        this.observe(reply, arrivedNs);
        break;
      case "error":
        this.refused(reply.code, reply.message);
        break;
    }
  }

  private join(hello: HelloReply): void {
    const { required } = this;
    const difference = differenceOf(required, hello);
    if (difference !== undefined) {
      this.fault(
        "BRIDGE_REFUSED",
        `a simulator of ${difference.expected}`,
        difference.received,
        "the simulator is not used; the connection is tried again",
      );
      this.socket.reconnect();
      return;
    }
    this.expectWithin(undefined);
    this.socket.confirm();
    this.counts.sessions++;
    this.paced = false;
    this.hello = hello;
    this.events.joined(hello);
  }

  private observe(observation: ObservationReply, arrivedNs: bigint): void {
    const { hello } = this;
    if (hello === undefined) return;
    const expected = hello.spaces.observation.shape[0];
    const received = observation.observations[this.agent]?.length;
    if (received !== expected) {
      this.refuse(
        `${received} numbers as the observation of ${this.agent} in place of ${expected}`,
      );
      return;
    }
    if (hello.clock === "real-time") this.expectWithin(Math.max(2000, 20 * hello.slotPeriodMs));
    this.paced = true;
    this.events.observed(observation, arrivedNs);
  }

  /** An error in answer to hello leaves this agent outside: it knocks again later. */
  private refused(code: string, message: string): void {
    this.counts.refusals++;
    this.fault(
      "BRIDGE_REFUSED",
      "a simulator that accepts what is sent",
      `${code}: ${message}`,
      this.hello === undefined ? "the connection is tried again" : "the slot's action may be held",
    );
    if (this.hello === undefined) this.socket.reconnect();
  }

  private refuse(received: string): void {
    this.counts.invalidFrames++;
    this.fault("BRIDGE_FRAME_INVALID", "a bridge message", received, "it is ignored");
  }

  private fault(code: ErrorCode, expected: string, received: string, consequence: string): void {
    this.events.fault(new SlotwiseError(code, { expected, received, consequence }));
  }
}

function differenceOf(required: RequiredSystem, hello: HelloReply) {
  if (required.system !== hello.system) {
    return { expected: required.system, received: hello.system };
  }
  if (required.spaces === undefined) return undefined;
  const [expected, received] = [required.spaces, hello.spaces].map((s) => JSON.stringify(s));
  return expected === received ? undefined : { expected: `${expected}`, received: `${received}` };
}
