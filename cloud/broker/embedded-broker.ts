import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { Aedes } from "aedes";
import { SlotwiseError } from "../../core/errors.ts";
import { type Logger, ThrottledWarning } from "../../platform/log.ts";
import type { BrokerConfig } from "./config.ts";
import { guardSocket } from "./guard-socket.ts";

/** Since the start. */
export interface BrokerCounters {
  /** Sockets destroyed for a packet over the limit. */
  oversized: number;
  /** Connections refused for an empty client id with a session to keep, or for want of room. */
  refused: number;
  /** Connections that ended in an error: no CONNECT in time, silent, not draining, malformed. */
  failed: number;
}

/** The MQTT 3.1.1 broker inside `slotwise cloud`: aedes behind a socket guard, state in memory. */
export class EmbeddedBroker {
  readonly counters: BrokerCounters = { oversized: 0, refused: 0, failed: 0 };
  private readonly config: BrokerConfig;
  private readonly warning: ThrottledWarning;
  private readonly sockets = new Set<Socket>();
  private aedes: Aedes | undefined;
  private server: Server | undefined;

  constructor(config: BrokerConfig, log: Logger) {
    this.config = config;
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
        // [MQTT-3.1.3-8] refuses it, aedes would keep its session for ever
        const acceptable = Boolean(packet.clientId) || packet.clean === true;
        if (!acceptable) this.counters.refused++;
        done(acceptable ? null : new Error("an empty client id needs a clean session"), acceptable);
      },
    });
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
