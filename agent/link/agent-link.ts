import type { AgentState } from "../../core/messages/agent-state.ts";
import { agentStateMessage } from "../../core/messages/agent-state.ts";
import { type AgentTelemetry, agentTelemetryMessage } from "../../core/messages/agent-telemetry.ts";
import { isCleared } from "../../core/messages/cleared.ts";
import {
  type FederationGlobalHeader,
  federationGlobalMessage,
} from "../../core/messages/federation-global.ts";
import {
  type FederationRound,
  federationRoundMessage,
} from "../../core/messages/federation-round.ts";
import {
  type FederationUpdateHeader,
  federationUpdateMessage,
} from "../../core/messages/federation-update.ts";
import { messageError } from "../../core/messages/message-error.ts";
import { checkFinite } from "../../core/weights/finite.ts";
import type { Weights } from "../../core/weights/tensor.ts";
import { type Logger, ThrottledWarning } from "../../platform/log.ts";
import { MqttConnection } from "../../platform/mqtt/mqtt-connection.ts";
import type { OutgoingMessage } from "../../platform/mqtt/outbox.ts";
import type { LinkConfig } from "./config.ts";
import { GlobalGate, type GlobalModel } from "./global-gate.ts";

/** What an agent says of itself; `online` is the link's to say. */
export type AgentIdentity = Omit<AgentState, "version" | "online">;

export interface LinkListener {
  onRound(round: FederationRound): void;
  /** Of the federation the latest round named. The weights are finite; whether they are newer and fit is the receiver's to judge. */
  onGlobal(header: FederationGlobalHeader, weights: Weights): void;
}

export interface LinkCounters {
  /** Payload bytes. */
  readonly bytesSent: number;
  readonly bytesReceived: number;
  readonly reconnects: number;
  /** Messages given up, telemetry nearly always: no room for them, or lost in flight. */
  readonly droppedTelemetry: number;
  /** Messages that could not be encoded or were too long. */
  readonly unsent: number;
  readonly invalidMessages: { readonly round: number; readonly global: number };
}

/** An agent's connection to the broker; nothing in it waits for the broker to be there. */
export interface AgentLink {
  readonly connected: boolean;
  readonly counters: LinkCounters;
  /** Begins to connect; once stopped it stays so. */
  start(): void;
  /** Says that the agent is offline and disconnects; takes at most about a second. */
  stop(): Promise<void>;
  /** The policy in force changed. */
  publishState(policy: string): void;
  /** What does not fit the schema is not sent, counted and logged. */
  publishTelemetry(telemetry: AgentTelemetry): void;
  /** An update longer than the broker takes is not sent, counted and logged. */
  sendUpdate(header: FederationUpdateHeader, weights: Weights): void;
}

class MqttAgentLink implements AgentLink {
  private readonly config: LinkConfig;
  private readonly listener: LinkListener;
  private readonly connection: MqttConnection;
  private readonly warning: ThrottledWarning;
  private readonly globals = new GlobalGate();
  private readonly invalid = { round: 0, global: 0 };
  private identity: AgentIdentity;
  private unsent = 0;
  private stopping: Promise<void> | undefined;

  constructor(config: LinkConfig, identity: AgentIdentity, listener: LinkListener, log: Logger) {
    this.config = config;
    this.identity = identity;
    this.listener = listener;
    this.warning = new ThrottledWarning(log);
    this.connection = new MqttConnection({
      url: config.brokerUrl,
      clientId: identity.agent,
      subscriptions: {
        [federationRoundMessage.subscription]: federationRoundMessage.qos,
        [federationGlobalMessage.subscription]: federationGlobalMessage.qos,
        [agentStateMessage.topic(identity.agent)]: agentStateMessage.qos,
      },
      will: stateMessage(identity, false),
      ...config.mqtt,
      streamCapacity: config.telemetryQueue,
      uniform: Math.random,
      log,
      onMessage: (topic, payload) => this.receive(topic, payload),
    });
  }

  get connected(): boolean {
    return this.connection.connected;
  }

  get counters(): LinkCounters {
    const { dropped, ...counters } = this.connection.counters;
    return {
      ...counters,
      droppedTelemetry: dropped,
      unsent: this.unsent,
      invalidMessages: { ...this.invalid },
    };
  }

  start(): void {
    if (this.stopping !== undefined) return;
    this.publishState(this.identity.policy);
    this.connection.start();
  }

  stop(): Promise<void> {
    if (this.stopping === undefined) {
      this.connection.send(stateMessage(this.identity, false), "standing");
      this.stopping = this.connection.stop();
    }
    return this.stopping;
  }

  publishState(policy: string): void {
    this.identity = { ...this.identity, policy };
    this.connection.send(stateMessage(this.identity, true), "standing");
  }

  publishTelemetry(telemetry: AgentTelemetry): void {
    this.sendEncoded("telemetry", () => {
      const { topic, qos, retain, encode } = agentTelemetryMessage;
      const payload = encode(telemetry);
      this.connection.send({ topic: topic(telemetry.agent), qos, retain, payload }, "stream");
    });
  }

  sendUpdate(header: FederationUpdateHeader, weights: Weights): void {
    this.sendEncoded("update", () => {
      const { topic, qos, retain, encode } = federationUpdateMessage;
      const payload = encode(header, weights);
      this.requireRoom(payload);
      this.connection.send({ topic: topic(header.agent), qos, retain, payload }, "latest");
    });
  }

  private requireRoom(payload: Uint8Array): void {
    const { maxUpdateBytes } = this.config;
    if (payload.byteLength <= maxUpdateBytes) return;
    throw messageError(
      `an update of at most ${maxUpdateBytes} bytes`,
      `${payload.byteLength} bytes`,
    );
  }

  private sendEncoded(kind: string, send: () => void): void {
    try {
      send();
    } catch (error) {
      this.unsent++;
      this.warning.warn(performance.now(), "message not sent", { kind, reason: String(error) });
    }
  }

  private receive(topic: string, payload: Uint8Array): void {
    if (topic === federationRoundMessage.topic()) this.receiveRound(payload);
    else if (topic === federationGlobalMessage.topic()) this.receiveGlobal(payload);
    else this.restoreState(payload);
  }

  private receiveRound(payload: Uint8Array): void {
    if (isCleared(payload)) return;
    const round = this.decoded("round", () => federationRoundMessage.decode(payload));
    if (round === undefined) return;
    this.listener.onRound(round);
    this.pass(this.globals.roundNamed(round.federation));
  }

  private receiveGlobal(payload: Uint8Array): void {
    if (isCleared(payload)) {
      this.globals.cleared();
      return;
    }
    const global = this.decoded("global", () => decodeGlobal(payload));
    if (global !== undefined) this.pass(this.globals.arrived(global));
  }

  private pass(global: GlobalModel | undefined): void {
    if (global !== undefined) this.listener.onGlobal(global.header, global.weights);
  }

  /**
   * The retained state says what this agent says: the last will of a connection the broker closes late
   * would otherwise stand over the state of its successor.
   */
  private restoreState(retained: Uint8Array): void {
    if (this.stopping !== undefined) return;
    const own = stateMessage(this.identity, true);
    if (Buffer.compare(retained, own.payload) !== 0) this.connection.send(own, "standing");
  }

  private decoded<T>(kind: "round" | "global", decode: () => T): T | undefined {
    try {
      return decode();
    } catch (error) {
      this.invalid[kind]++;
      const facts = { kind, reason: String(error) };
      this.warning.warn(performance.now(), "malformed message dropped", facts);
      return undefined;
    }
  }
}

function decodeGlobal(payload: Uint8Array): GlobalModel {
  const global = federationGlobalMessage.decode(payload);
  checkFinite(global.weights);
  return global;
}

function stateMessage(identity: AgentIdentity, online: boolean): OutgoingMessage {
  const { topic, qos, retain, encode } = agentStateMessage;
  const payload = encode({ ...identity, version: 1, online });
  return { topic: topic(identity.agent), qos, retain, payload };
}

/** An agent's link over MQTT 3.1.1. */
export function createLink(
  config: LinkConfig,
  identity: AgentIdentity,
  listener: LinkListener,
  log: Logger,
): AgentLink {
  return new MqttAgentLink(config, identity, listener, log);
}
