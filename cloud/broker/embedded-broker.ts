import type { EventEmitter } from "node:events";
import type { Socket } from "node:net";
import { Aedes, type Client, type Connection } from "aedes";
import { anonymousAccess } from "../../core/access/access-table.ts";
import type { Logger } from "../../platform/log.ts";
import { type ClientIdentity, identityOf } from "./client-identity.ts";
import type { BrokerConfig } from "./config.ts";
import { DeliveryQueue } from "./delivery-queue.ts";
import { Gatekeeper } from "./gatekeeper.ts";
import { guardSocket } from "./guard-socket.ts";
import { type BrokerCounters, IncidentLog } from "./incidents.ts";
import { Listener } from "./listener.ts";
import { PublishRules } from "./publish-rules.ts";
import { type BrokerStorage, openStorage } from "./storage.ts";

/** A method of aedes' clients that its types leave out. */
interface Draining {
  waitForDrain(done: (error: Error | null) => void): void;
}

/** Whose last will comes to be published after they have gone; it was judged when they came. */
const gone: ClientIdentity = { clientId: undefined, access: anonymousAccess };

/**
 * The MQTT 3.1.1 broker inside `slotwise cloud`: aedes behind TLS, a socket guard, and the access
 * table. Nothing is kept for clients that are away, and retained messages are bounded, so neither
 * grows for ever. Retained messages live in memory, in a folder, or in Redis.
 */
export class EmbeddedBroker {
  private readonly config: BrokerConfig;
  private readonly incidents: IncidentLog;
  private readonly rules: PublishRules;
  private readonly gatekeeper: Gatekeeper;
  private readonly listener: Listener;
  private readonly identities = new WeakMap<Connection, ClientIdentity>();
  private storage: BrokerStorage = {};
  private aedes: Aedes | undefined;

  constructor(config: BrokerConfig, log: Logger) {
    this.config = config;
    this.incidents = new IncidentLog(log);
    this.rules = new PublishRules(config.maxRetainedAgents);
    this.gatekeeper = new Gatekeeper(config, this.rules, this.incidents);
    this.listener = new Listener(config, this.incidents, log, (socket) => this.serve(socket));
  }

  /** The port in use; 0 before `start`. */
  get port(): number {
    return this.listener.port;
  }

  get counters(): BrokerCounters {
    return this.incidents.counters;
  }

  /** @throws SlotwiseError BROKER_UNAVAILABLE when address, key or certificates cannot be had */
  async start(): Promise<void> {
    const failed = (error: unknown) => this.incidents.note("failed", { reason: String(error) });
    this.storage = await openStorage(this.config, { failed, lost: () => this.listener.closeAll() });
    const aedes = await this.createAedes();
    await this.restoreCounts();
    (aedes as EventEmitter).on("error", failed);
    aedes.on("clientError", (client, error) => this.clientFailed(client.id, error));
    aedes.on("connectionError", (client, error) => this.clientFailed(client.id, error));
    this.aedes = aedes;
    try {
      await this.listener.start();
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  async stop(): Promise<void> {
    const { aedes } = this;
    this.aedes = undefined;
    this.listener.stop();
    if (aedes !== undefined) await new Promise<void>((resolve) => aedes.close(resolve));
    this.listener.closeAll();
    await this.storage.persistence?.destroy();
    this.storage = {};
  }

  private async restoreCounts(): Promise<void> {
    const retained = this.storage.persistence?.createRetainedStream("slotwise/#") ?? [];
    for await (const { topic } of retained as AsyncIterable<{ topic: string }>) {
      this.rules.restored(topic);
    }
  }

  private createAedes(): Promise<Aedes> {
    const { gatekeeper } = this;
    return Aedes.createBroker({
      ...this.storage,
      concurrency: this.config.concurrency,
      connectTimeout: this.config.connectTimeoutMs,
      maxTopicLevels: this.config.maxTopicLevels,
      preConnect: (client, packet, done) => {
        const fault = gatekeeper.connectionFault(this.identityOf(client), packet);
        done(fault === undefined ? null : new Error(fault), fault === undefined);
      },
      authorizePublish: (client, packet, done) =>
        done(gatekeeper.admit(client === null ? gone : this.identityOf(client), packet)),
      authorizeSubscribe: (client, subscription, done) => {
        const held = Object.keys(subscriptionsOf(client)).length;
        const allowed = gatekeeper.maySubscribe(this.identityOf(client), subscription, held);
        done(null, allowed ? subscription : null);
      },
    });
  }

  private serve(socket: Socket): void {
    const identity = identityOf(socket);
    const reachable = this.storage.reachable?.() ?? true;
    if (this.aedes === undefined || identity === undefined || !reachable) {
      const reason = reachable ? "no known name" : "Redis is away";
      this.incidents.note("refused", { from: socket.remoteAddress, reason });
      socket.destroy();
      return;
    }
    this.identities.set(socket, identity);
    const from = socket.remoteAddress;
    guardSocket(socket, this.config, {
      onOversized: () => this.incidents.note("oversized", { from }),
      onThrottled: () => this.incidents.note("throttled", { from }),
    });
    const queue = new DeliveryQueue(socket, this.config);
    const client = this.aedes.handle(socket) as Client & Draining;
    client.waitForDrain = (done) => queue.waitForDrain(done);
    queue.watch();
  }

  private identityOf({ conn }: Client): ClientIdentity {
    return this.identities.get(conn) ?? { clientId: undefined, access: noAccess };
  }

  private clientFailed(client: string | null, error: Error): void {
    this.incidents.note("failed", { client, reason: error.message });
  }
}

const noAccess = { publish: [], subscribe: [] };

function subscriptionsOf(client: Client): object {
  return (client as Client & { readonly subscriptions: object }).subscriptions;
}
