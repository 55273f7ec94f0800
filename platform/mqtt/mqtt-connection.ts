import { connect, type MqttClient } from "mqtt";
import type { BackOffBounds } from "../back-off.ts";
import { type Logger, ThrottledWarning } from "../log.ts";
import type { TlsFiles } from "../tls-files.ts";
import { credentialsOf } from "./client-credentials.ts";
import { brokerAddressOf } from "./mqtt-config.ts";
import { OutageBackOff } from "./outage-back-off.ts";
import { type Delivery, Outbox, type OutgoingMessage } from "./outbox.ts";

export interface MqttConnectionOptions {
  /** mqtt://host:port or mqtts://host:port */
  readonly url: string;
  /** For mqtts. */
  readonly tls?: TlsFiles | undefined;
  readonly clientId: string;
  /** Topic filters with the quality of service asked for. */
  readonly subscriptions: Readonly<Record<string, 0 | 1>>;
  readonly will: OutgoingMessage;
  readonly keepaliveS: number;
  readonly connectTimeoutMs: number;
  readonly backOff: BackOffBounds;
  /** Stream messages kept while there is no broker. */
  readonly streamCapacity: number;
  /** Uniform in [0, 1), for the jitter. */
  readonly uniform: () => number;
  readonly log: Logger;
  readonly onMessage: (topic: string, payload: Uint8Array) => void;
  /** A new connection is subscribed. */
  readonly onConnected?: () => void;
  /** The last message that waited is with the broker. */
  readonly onIdle?: () => void;
}

/** Payload bytes and connections since the start. */
export interface MqttConnectionCounters {
  readonly bytesSent: number;
  readonly bytesReceived: number;
  readonly reconnects: number;
  readonly dropped: number;
}

/** A connection shorter than this counts as a failed try, so that a refusing broker is backed off. */
const stableMs = 1000;

/** Payload bytes a ms that the slowest link served carries; a longer message has longer to be answered. */
const slowestBytesPerMs = 16;

/** What a clean stop waits for the broker, at most, twice. */
const graceMs = 500;

/**
 * An MQTT 3.1.1 client that is never finished with its broker: it comes back with jittered back-off,
 * keeps a bounded outbox meanwhile, and holds one message in flight, so a broker that stops reading
 * costs no memory. A broker that leaves a subscription or a message unanswered is left for a new try.
 * Every try is a fresh clean session.
 */
export class MqttConnection {
  private readonly options: MqttConnectionOptions;
  private readonly outbox: Outbox;
  private readonly warning: ThrottledWarning;
  private readonly backOff: OutageBackOff;
  private client: MqttClient | undefined;
  private retry: NodeJS.Timeout | undefined;
  private unanswered: NodeJS.Timeout | undefined;
  private stopping: Promise<void> | undefined;
  private ready = false;
  private connectedAtMs: number | undefined;
  /** What ended the connection; the first cause, as the others follow from it. */
  private fault: string | undefined;
  private connections = 0;
  private bytesSent = 0;
  private bytesReceived = 0;
  private whenEmpty: (() => void) | undefined;

  constructor(options: MqttConnectionOptions) {
    this.options = options;
    this.backOff = new OutageBackOff(options.backOff, options.uniform);
    this.outbox = new Outbox(options.streamCapacity);
    this.warning = new ThrottledWarning(options.log);
  }

  get connected(): boolean {
    return this.ready;
  }

  get counters(): MqttConnectionCounters {
    return {
      bytesSent: this.bytesSent,
      bytesReceived: this.bytesReceived,
      reconnects: Math.max(0, this.connections - 1),
      dropped: this.outbox.dropped,
    };
  }

  /** Begins to connect and returns at once. */
  start(): void {
    this.tryConnect();
  }

  /** Gives what is queued a moment to reach the broker, then says goodbye. */
  stop(): Promise<void> {
    this.stopping ??= this.flush().then(() => this.disconnect());
    return this.stopping;
  }

  send(message: OutgoingMessage, delivery: Delivery): void {
    this.outbox.add(message, delivery);
    this.pump();
  }

  /** A `connect` that throws, as for an address the socket refuses, is a failed try like any other. */
  private tryConnect(): void {
    try {
      this.connect();
    } catch (error) {
      this.retryLater(String(error));
    }
  }

  private connect(): void {
    const { url, tls, clientId, will, keepaliveS, connectTimeoutMs } = this.options;
    const client = connect(url, {
      ...(tls && credentialsOf(clientId, tls)),
      protocolVersion: 4,
      clientId,
      clean: true,
      reconnectPeriod: 0,
      keepalive: keepaliveS,
      connectTimeout: connectTimeoutMs,
      queueQoSZero: false,
      will: { ...will, payload: Buffer.from(will.payload) },
    });
    this.client = client;
    client.on("connect", () => this.subscribe(client));
    client.on("message", (topic, payload) => this.receive(client, topic, payload));
    client.on("error", (error) => {
      if (client === this.client) this.blame(error.message);
    });
    client.on("close", () => this.closed(client));
  }

  private subscribe(client: MqttClient): void {
    if (client !== this.client) return;
    this.connectedAtMs = performance.now();
    this.connections++;
    const filters = Object.entries(this.options.subscriptions);
    if (filters.length === 0) {
      this.becomeReady();
      return;
    }
    const request = Object.fromEntries(filters.map(([topic, qos]) => [topic, { qos }]));
    this.awaitAnswer(client, "SUBSCRIBE", 0);
    client.subscribe(request, (error) => {
      if (client !== this.client) return;
      clearTimeout(this.unanswered);
      if (error) {
        this.blame(`subscription refused: ${error.message}`);
        client.end(true);
      } else {
        this.becomeReady();
      }
    });
  }

  private becomeReady(): void {
    this.ready = true;
    this.outbox.reconnected();
    this.options.onConnected?.();
    this.options.log.info({ broker: brokerAddressOf(this.options.url) }, "connected to the broker");
    this.pump();
  }

  private receive(client: MqttClient, topic: string, payload: Uint8Array): void {
    if (client !== this.client) return;
    this.bytesReceived += payload.byteLength;
    try {
      this.options.onMessage(topic, payload);
    } catch (error) {
      this.warn("message handler failed", { topic, reason: String(error) });
    }
  }

  private pump(): void {
    const client = this.client;
    if (!this.ready || client === undefined) return;
    const message = this.outbox.take();
    if (message === undefined) {
      if (this.outbox.empty) {
        this.whenEmpty?.();
        this.options.onIdle?.();
      }
      return;
    }
    const { topic, payload, qos, retain } = message;
    const body = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
    this.bytesSent += payload.byteLength;
    this.awaitAnswer(client, `PUBLISH ${topic}`, payload.byteLength);
    client.publish(topic, body, { qos, retain }, (error) => {
      if (client !== this.client || !this.ready) return;
      clearTimeout(this.unanswered);
      if (error) this.outbox.failed();
      else this.outbox.delivered();
      this.pump();
    });
  }

  /** A broker may answer pings and nothing else; keep-alive would never leave it. */
  private awaitAnswer(client: MqttClient, request: string, bytes: number): void {
    const patienceMs = this.options.connectTimeoutMs + bytes / slowestBytesPerMs;
    clearTimeout(this.unanswered);
    this.unanswered = setTimeout(() => {
      this.blame(`no answer to ${request} in ${Math.round(patienceMs)} ms`);
      client.end(true);
    }, patienceMs);
  }

  private closed(client: MqttClient): void {
    if (client !== this.client) return;
    const { fault } = this;
    const stable =
      this.connectedAtMs !== undefined && performance.now() - this.connectedAtMs >= stableMs;
    this.forget();
    client.end(true);
    if (this.stopping !== undefined) return;
    if (stable) this.backOff.reset();
    this.retryLater(fault ?? "connection closed");
  }

  private retryLater(reason: string): void {
    const delayMs = this.backOff.nextDelayMs(performance.now());
    const retryInMs = Math.round(delayMs);
    this.warn("no broker", { broker: brokerAddressOf(this.options.url), reason, retryInMs });
    this.retry = setTimeout(() => this.tryConnect(), delayMs);
  }

  private flush(): Promise<void> {
    if (!this.ready || this.outbox.empty) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, graceMs);
      this.whenEmpty = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  private disconnect(): Promise<void> {
    const client = this.client;
    this.forget();
    if (client === undefined) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(() => client.end(true, () => resolve()), graceMs);
      client.end(false, () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  private forget(): void {
    clearTimeout(this.retry);
    clearTimeout(this.unanswered);
    this.client = undefined;
    this.ready = false;
    this.connectedAtMs = undefined;
    this.fault = undefined;
    this.outbox.failed();
    this.whenEmpty?.();
  }

  private blame(fault: string): void {
    this.fault ??= fault;
  }

  private warn(message: string, facts: Record<string, unknown>): void {
    this.warning.warn(performance.now(), message, facts);
  }
}
