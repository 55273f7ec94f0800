import { createServer, type Server, type Socket } from "node:net";
import { performance } from "node:perf_hooks";
import type { HelloReply } from "../../core/messages/bridge.ts";
import {
  type BridgeAddress,
  formatBridgeAddress,
  parseBridgeAddress,
} from "../../core/messages/bridge-address.ts";
import type { DecodedFrame } from "../../core/messages/bridge-frame.ts";
import { type Logger, ThrottledWarning } from "../../platform/log.ts";
import type { Attendance } from "../clock/lockstep.ts";
import type { BridgeConfig } from "../config.ts";
import type { SimulationRun } from "../run/simulation-run.ts";
import { Claims } from "./claims.ts";
import { ClientConnection } from "./client-connection.ts";
import { listen } from "./listen.ts";
import { Requests } from "./requests.ts";

/** The simulator's side of the sockets: connections, claims and what is sent to whom. */
export class BridgeServer implements Attendance {
  /** Connections accepted so far. */
  acceptedClients = 0;
  /** Frames that were no valid message. */
  invalidFrames = 0;
  private readonly config: BridgeConfig;
  private readonly run: SimulationRun;
  private readonly onChange: () => void;
  private readonly warning: ThrottledWarning;
  private readonly claims: Claims;
  private readonly requests: Requests;
  private readonly clients = new Set<ClientConnection>();
  private readonly server: Server;
  private goneDroppedFrames = 0;

  /** @param onChange called when an agent joined, left or stepped, or a reset came */
  constructor(
    config: BridgeConfig,
    run: SimulationRun,
    hello: HelloReply,
    log: Logger,
    onChange: () => void,
  ) {
    this.config = config;
    this.run = run;
    this.onChange = onChange;
    this.warning = new ThrottledWarning(log);
    this.claims = new Claims(config.claimTimeoutMs);
    this.requests = new Requests(run, this.claims, hello);
    this.server = createServer({ noDelay: true, keepAlive: true });
  }

  /** @throws SlotwiseError CONFIG_INVALID when the address cannot be had */
  async start(): Promise<BridgeAddress> {
    this.server.maxConnections = this.config.maxConnections;
    this.server.on("connection", (socket) => this.accept(socket));
    return await listen(this.server, parseBridgeAddress(this.config.listen));
  }

  async stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    for (const client of this.clients) client.destroy();
    await closed;
  }

  /** Frames a client was too slow for. */
  get droppedFrames(): number {
    let dropped = this.goneDroppedFrames;
    for (const client of this.clients) dropped += client.droppedFrames;
    return dropped;
  }

  present(): number {
    return this.claims.agents.length;
  }

  /** A client that asked for a reset awaits the next slot: this one does not wait for its agents. */
  settled(): boolean {
    return this.claims.agents.every(
      (agent) => this.run.hasStepped(agent) || this.claims.clientFor(agent)?.awaitsReset === true,
    );
  }

  /** Tells every client that a slot began. */
  publish(): void {
    for (const client of this.clients) {
      client.awaitsReset = false;
      this.sendObservation(client);
    }
  }

  private sendObservation(client: ClientConnection): void {
    if (client.agents.length > 0) client.send(this.run.observation(client.agents));
  }

  private accept(socket: Socket): void {
    const client = new ClientConnection(socket, this.config.maxBufferedBytes, performance.now());
    this.acceptedClients++;
    this.clients.add(client);
    const helloTimer = setTimeout(() => {
      if (client.agents.length === 0) client.destroy();
    }, this.config.helloTimeoutMs);
    socket.on("data", (chunk) => {
      for (const frame of client.receive(chunk, performance.now())) this.handle(client, frame);
    });
    socket.on("error", () => client.destroy());
    socket.on("close", () => {
      clearTimeout(helloTimer);
      this.forget(client);
    });
  }

  private forget(client: ClientConnection): void {
    this.clients.delete(client);
    this.claims.release(client);
    this.goneDroppedFrames += client.droppedFrames;
    this.onChange();
  }

  private handle(client: ClientConnection, frame: DecodedFrame): void {
    if (!client.open) return;
    if (frame.kind !== "message") {
      client.refuse("FRAME_INVALID", frame.reason);
      this.countInvalid(frame.reason);
      if (frame.kind === "broken") client.end();
      return;
    }
    const joined = client.agents.length === 0;
    const request = this.requests.handle(client, frame.value, performance.now());
    if (request === undefined) this.countInvalid("a message that is no request");
    const late = joined && client.agents.length > 0 && this.run.begun;
    if (late && this.config.clock === "lockstep") this.sendObservation(client);
    this.onChange();
  }

  private countInvalid(reason: string): void {
    this.invalidFrames++;
    this.warning.warn(performance.now(), "a client sent an invalid frame", {
      reason,
      invalidFrames: this.invalidFrames,
      listen: formatBridgeAddress(parseBridgeAddress(this.config.listen)),
    });
  }
}
