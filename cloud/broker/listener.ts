import { createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer, type Server as TlsServer } from "node:tls";
import { SlotwiseError } from "../../core/errors.ts";
import type { Logger } from "../../platform/log.ts";
import type { BrokerConfig } from "./config.ts";
import {
  type BrokerCredentials,
  type BrokerTlsFiles,
  CredentialsWatch,
  readCredentials,
  secureContextOf,
} from "./credentials.ts";
import type { IncidentLog } from "./incidents.ts";

type Serve = (socket: Socket) => void;

/** The broker's open port: plain TCP, or TLS for clients with a certificate of the site. */
export class Listener {
  private readonly config: BrokerConfig;
  private readonly incidents: IncidentLog;
  private readonly log: Logger;
  private readonly serve: Serve;
  private readonly sockets = new Set<Socket>();
  private server: Server | undefined;
  private watch: CredentialsWatch | undefined;

  constructor(config: BrokerConfig, incidents: IncidentLog, log: Logger, serve: Serve) {
    this.config = config;
    this.incidents = incidents;
    this.log = log;
    this.serve = serve;
  }

  /** The port in use; 0 before `start`. */
  get port(): number {
    const address = this.server?.address();
    return typeof address === "object" ? (address?.port ?? 0) : 0;
  }

  /** @throws SlotwiseError BROKER_UNAVAILABLE when address, key or certificates cannot be had */
  async start(): Promise<void> {
    const { host, port, tls, maxConnections } = this.config;
    try {
      const server = tls === undefined ? createServer() : this.secured(tls);
      server.on(tls === undefined ? "connection" : "secureConnection", (socket: Socket) => {
        this.admit(socket);
      });
      server.maxConnections = maxConnections;
      server.on("drop", () => this.incidents.note("refused", { maxConnections }));
      await listening(server, port, host);
      this.server = server;
    } catch (cause) {
      this.watch?.stop();
      throw new SlotwiseError(
        "BROKER_UNAVAILABLE",
        {
          expected: `${host}:${port} to be free${tls === undefined ? "" : ", and valid PEM files"}`,
          received: String(cause),
          consequence: "the broker was not started",
        },
        { cause },
      );
    }
  }

  /** Stops listening; connections stay open until `closeAll`. */
  stop(): void {
    this.watch?.stop();
    this.server?.close();
    this.server = undefined;
  }

  closeAll(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  private secured(files: BrokerTlsFiles): TlsServer {
    const credentials = readCredentials(files);
    const server = createTlsServer({
      ...secureContextOf(credentials),
      requestCert: true,
      rejectUnauthorized: true,
      handshakeTimeout: this.config.connectTimeoutMs,
    });
    server.on("tlsClientError", ({ message }, socket) =>
      this.incidents.note("refused", { from: socket.remoteAddress, reason: message }),
    );
    this.watch = new CredentialsWatch(
      files,
      (changed) => this.renew(server, changed),
      (error) => this.log.error({ reason: String(error) }, "certificates not read again"),
    );
    this.watch.start(credentials);
    return server;
  }

  private async renew(server: TlsServer, credentials: BrokerCredentials): Promise<void> {
    server.setSecureContext(secureContextOf(credentials));
    const { closeRevoked } = await import("./revoked-connections.ts");
    const closed = credentials.crl === undefined ? 0 : closeRevoked(this.sockets, credentials.crl);
    this.log.info({ closed }, "certificates read again");
  }

  private admit(socket: Socket): void {
    this.sockets.add(socket);
    socket.on("close", () => this.sockets.delete(socket));
    socket.setNoDelay(true);
    socket.setKeepAlive(true, keepAliveMs);
    this.serve(socket);
  }
}

/** Silence after which TCP asks whether the other side is still there. */
const keepAliveMs = 30_000;

function listening(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
}
