import { type EventEmitter, once } from "node:events";
import { mkdir } from "node:fs/promises";
import { Readable } from "node:stream";
import { SlotwiseError } from "../../core/errors.ts";
import type { BrokerConfig } from "./config.ts";

/** Where aedes keeps retained messages, and how several brokers hear of each other's. */
export interface BrokerStorage {
  /** Undefined: in memory. */
  readonly persistence?: {
    createRetainedStream(filter: string): Readable;
    destroy(): Promise<void>;
  };
  readonly mq?: object;
  /** False while messages can be neither kept nor passed on; absent where they always can. */
  readonly reachable?: () => boolean;
}

export interface StorageEvents {
  /** Redis cannot be reached; it is tried again. */
  readonly failed: (error: unknown) => void;
  /** What could be reached no longer can. */
  readonly lost: () => void;
}

type Wish = Pick<BrokerConfig, "persistence" | "redis" | "concurrency">;

async function openFolder(folder: string): Promise<BrokerStorage> {
  const { ClassicLevel } = await import("classic-level");
  const { default: Persistence } = await import("aedes-persistence-level/asyncPersistence.js");
  await mkdir(folder, { recursive: true });
  const db = new ClassicLevel(folder);
  await db.open();
  return { persistence: new Persistence(db) };
}

function redisOptions(address: string): object {
  const { hostname, port, username, password, pathname, protocol } = new URL(address);
  return {
    host: hostname,
    port: Number(port || 6379),
    db: Number(pathname.slice(1) || 0),
    ...(username && { username: decodeURIComponent(username) }),
    ...(password && { password: decodeURIComponent(password) }),
    ...(protocol === "rediss:" && { tls: {} }),
  };
}

/** A connection of ioredis. */
interface RedisConnection extends EventEmitter {
  readonly status: string;
  disconnect(): void;
}

interface RedisEmitter {
  readonly state: EventEmitter;
  readonly subConn: RedisConnection;
  readonly pubConn: RedisConnection;
}

async function openRedis(
  address: string,
  concurrency: number,
  { failed, lost }: StorageEvents,
): Promise<BrokerStorage> {
  const { default: Persistence } = await import("aedes-persistence-redis/asyncPersistence.js");
  const { default: createEmitter } = await import("mqemitter-redis");
  /** aedes pipes retained messages, and this persistence gives them as a generator. */
  class PipedPersistence extends Persistence {
    override createRetainedStreamCombi(filters: readonly string[]): Readable {
      return Readable.from(super.createRetainedStreamCombi(filters));
    }
  }
  const options = { ...redisOptions(address), concurrency, matchEmptyLevels: true };
  const mq = createEmitter(options);
  const { state, subConn, pubConn } = mq as unknown as RedisEmitter;
  const connections = [subConn, pubConn];
  // Without a listener an error of the connection would end the process.
  state.on("error", failed);
  try {
    await Promise.all(connections.map((connection) => once(connection, "ready")));
  } catch (error) {
    for (const connection of connections) connection.disconnect();
    throw error;
  }
  for (const connection of connections) connection.on("close", lost);
  return {
    persistence: new PipedPersistence({ conn: pubConn }),
    mq,
    reachable: () => connections.every(({ status }) => status === "ready"),
  };
}

function expectedOf({ persistence, redis }: Wish, cause: unknown): string {
  if (redis === undefined) return `the folder ${persistence} to be free for this broker`;
  if ((cause as { code?: string }).code !== "ERR_MODULE_NOT_FOUND") {
    return `Redis to answer at ${new URL(redis).host}`;
  }
  return "the packages aedes-persistence-redis and mqemitter-redis, which npm install --include=optional brings";
}

/**
 * @throws SlotwiseError BROKER_UNAVAILABLE when the folder is in use, Redis does not answer, or a
 * package is missing
 */
export async function openStorage(wish: Wish, events: StorageEvents): Promise<BrokerStorage> {
  const { persistence, redis, concurrency } = wish;
  try {
    if (persistence !== undefined) return await openFolder(persistence);
    if (redis !== undefined) return await openRedis(redis, concurrency, events);
    return {};
  } catch (cause) {
    throw new SlotwiseError(
      "BROKER_UNAVAILABLE",
      {
        expected: expectedOf(wish, cause),
        received: String(cause),
        consequence: "the broker was not started",
      },
      { cause },
    );
  }
}
