import type { EventEmitter } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { Aedes, type ConnectPacket, type PublishPacket } from "aedes";
import { anonymousAccess } from "../../core/access/access-table.ts";
import { SlotwiseError } from "../../core/errors.ts";
import { type Logger, ThrottledWarning } from "../../platform/log.ts";
import type { BrokerConfig } from "./config.ts";
import { guardSocket } from "./guard-socket.ts";
import { PublishRules } from "./publish-rules.ts";

/** Since the start. */
export interface BrokerCounters {
  /** Sockets destroyed for a packet over the limit. */
  oversized: number;
  /** Connections refused for a session to keep, a foreign last will, or want of room. */
  refused: number;
  /** Messages on foreign topics or with quality of service 2; each ended its connection. */
  denied: number;
  /** Messages delivered but not retained, against their sender's wish. */
  unretained: number;
  /** Connections that ended in an error: no CONNECT in time, silent, not draining, malformed. */
  failed: number;
}

/**
 * The MQTT 3.1.1 broker inside `slotwise cloud`: aedes behind a socket guard, state in memory. Nothing
 * is kept for clients that are away, and retained messages are bounded, so neither grows for ever.
 */
export class EmbeddedBroker {
  readonly counters: BrokerCounters = {
    oversized: 0,
    refused: 0,
    denied: 0,
    unretained: 0,
    failed: 0,
  };
  private readonly config: BrokerConfig;
  private readonly warning: ThrottledWarning;
  private readonly rules: PublishRules;
  private readonly sockets = new Set<Socket>();
  private aedes: Aedes | undefined;
  private server: Server | undefined;

  constructor(config: BrokerConfig, log: Logger) {
    this.config = config;
    this.rules = new PublishRules(config.maxRetainedAgents);
    this.warning = new ThrottledWarning(log);
  }

  /** The port in use; 0 before `start`. */
  get port(): number {
    const address = this.server?.address() as AddressInfo | null | undefined;
    return address?.port ?? 0;
  }

  /** @throws SlotwiseError BROKER_UNAVAILABLE when the address cannot be had */
  async start(): Promise<void> {
    const aedes = await Aedes.createBroker({
      concurrency: this.config.concurrency,
      connectTimeout: this.config.connectTimeoutMs,
      drainTimeout: this.config.drainTimeoutMs,
      preConnect: (_client, packet, done) => {
        const fault = this.faultOf(packet);
        if (fault !== undefined) this.counters.refused++;
        done(fault === undefined ? null : new Error(fault), fault === undefined);
      },
      authorizePublish: (client, packet, done) => done(this.admit(client?.id ?? null, packet)),
    });
    (aedes as EventEmitter).on("error", (error: unknown) =>
      this.warn("broker error", { reason: String(error) }),
    );
    aedes.on("clientError", (client, error) => this.clientFailed(client.id, error));
    aedes.on("connectionError", (client, error) => this.clientFailed(client.id, error));
    this.aedes = aedes;
    const server = createServer((socket) => this.serve(aedes, socket));
    server.maxConnections = this.config.maxConnections;
    server.on("drop", () => {
      this.counters.refused++;
      this.warn("connection limit reached", { maxConnections: this.config.maxConnections });
    });
    this.server = server;
    try {
      await listen(server, this.config);
    } catch (cause) {
      await this.stop();
      throw new SlotwiseError(
        "BROKER_UNAVAILABLE",
        {
          expected: `${this.config.host}:${this.config.port} to be free`,
          received: String(cause),
          consequence: "the broker was not started",
        },
        { cause },
      );
    }
  }

  async stop(): Promise<void> {
    const { server, aedes } = this;
    this.server = undefined;
    this.aedes = undefined;
    const closed = server?.listening
      ? new Promise<void>((resolve) => server.close(() => resolve()))
      : Promise.resolve();
    if (aedes !== undefined) await new Promise<void>((resolve) => aedes.close(resolve));
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  private serve(aedes: Aedes, socket: Socket): void {
    this.sockets.add(socket);
    socket.on("close", () => this.sockets.delete(socket));
    socket.setNoDelay(true);
    guardSocket(socket, this.config, () => {
      this.counters.oversized++;
      this.warn("packet over the limit, connection closed", { from: socket.remoteAddress });
    });
    aedes.handle(socket);
  }

  /** What a connection is refused for; its will is judged now, because it must not fail later. */
  private faultOf({ clean, will }: ConnectPacket): string | undefined {
    if (clean !== true) return "this broker keeps no sessions: connect with a clean one";
    if (
      will !== undefined &&
      !this.rules.allows({ topic: will.topic, qos: will.qos ?? 0 }, anonymousAccess)
    ) {
      return "the last will is on a topic that is not slotwise's";
    }
    return undefined;
  }

  /** Lets a message through, not retained where it must not be; an error ends the connection. */
  private admit(client: string | null, packet: PublishPacket): Error | null {
    const { topic, qos, retain, payload } = packet;
    if (!this.rules.allows({ topic, qos }, anonymousAccess)) {
      this.counters.denied++;
      return new Error(
        `no topic or quality of service of slotwise: ${topic.slice(0, 100)}, ${qos}`,
      );
    }
    if (!retain) return null;
    packet.retain = this.rules.retains({ topic, qos, retain, bytes: Buffer.byteLength(payload) });
    if (!packet.retain) {
      this.counters.unretained++;
      this.warn("message not retained", { client, topic });
    }
    return null;
  }

  private clientFailed(client: string | null, error: Error): void {
    this.counters.failed++;
    this.warn("client failed", { client, reason: error.message });
  }

  private warn(message: string, facts: Record<string, unknown>): void {
    this.warning.warn(performance.now(), message, facts);
  }
}

function listen(server: Server, { host, port }: BrokerConfig): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
}
