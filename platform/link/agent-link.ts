import type { AgentState } from "../../core/messages/agent-state.ts";
import { agentStateMessage } from "../../core/messages/agent-state.ts";
import { type AgentTelemetry, agentTelemetryMessage } from "../../core/messages/agent-telemetry.ts";
import type { UpdateFacts } from "../../core/messages/federation-update.ts";
import type { Weights } from "../../core/weights/tensor.ts";
import { type Logger, ThrottledWarning } from "../log.ts";
import { MqttConnection } from "../mqtt/mqtt-connection.ts";
import type { OutgoingMessage } from "../mqtt/outbox.ts";
import type { LinkConfig } from "./config.ts";
import { FederationLink, type FederationListener } from "./federation-link.ts";

/** What an agent says of itself; `online` is the link's to say. */
export type AgentIdentity = Omit<AgentState, "version" | "online">;

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
  /** Answers to this agent's updates. */
  readonly updatesAccepted: number;
  readonly updatesRefused: number;
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
  /** Sent until it is answered or its round is over; what cannot be encoded is counted and logged. */
  sendUpdate(facts: UpdateFacts, weights: Weights): void;
}

const tickMs = 250;

class MqttAgentLink implements AgentLink {
  private readonly connection: MqttConnection;
  private readonly warning: ThrottledWarning;
  private readonly federation: FederationLink;
  private identity: AgentIdentity;
  private unsent = 0;
  private ticking: NodeJS.Timeout | undefined;
  private stopping: Promise<void> | undefined;

  constructor(
    config: LinkConfig,
    identity: AgentIdentity,
    listener: FederationListener,
    log: Logger,
  ) {
    const { agent } = identity;
    this.identity = identity;
    this.warning = new ThrottledWarning(log);
    this.federation = new FederationLink({
      config,
      agent,
      listener,
      log,
      send: (message, delivery) => this.connection.send(message, delivery),
      nowMs: () => performance.now(),
    });
    this.connection = new MqttConnection({
      url: config.brokerUrl,
      clientId: agent,
      subscriptions: {
        ...this.federation.subscriptions,
        [agentStateMessage.topic(agent)]: agentStateMessage.qos,
      },
      will: stateMessage(identity, false),
      ...config.mqtt,
      streamCapacity: config.telemetryQueue,
      uniform: Math.random,
      log,
      onMessage: (topic, payload) => this.receive(topic, payload),
      onConnected: () => this.federation.reconnected(),
      onIdle: () => this.federation.idle(),
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
      invalidMessages: { ...this.federation.invalid },
      updatesAccepted: this.federation.answers.accepted,
      updatesRefused: this.federation.answers.refused,
    };
  }

  start(): void {
    if (this.stopping !== undefined) return;
    this.publishState(this.identity.policy);
    this.connection.start();
    this.ticking = setInterval(() => {
      if (this.connection.connected) this.federation.tick();
    }, tickMs);
  }

  stop(): Promise<void> {
    if (this.stopping === undefined) {
      clearInterval(this.ticking);
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

  sendUpdate(facts: UpdateFacts, weights: Weights): void {
    this.sendEncoded("update", () => this.federation.submit(facts, weights));
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
    if (topic === agentStateMessage.topic(this.identity.agent)) this.restoreState(payload);
    else this.federation.receive(topic, payload);
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
  listener: FederationListener,
  log: Logger,
): AgentLink {
  return new MqttAgentLink(config, identity, listener, log);
}
