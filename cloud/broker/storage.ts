import type { EventEmitter } from "node:events";
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

async function openRedis(
  address: string,
  concurrency: number,
  onError: (error: unknown) => void,
): Promise<BrokerStorage> {
  const { default: Persistence } = await import("aedes-persistence-redis/asyncPersistence.js");
  const { default: createEmitter } = await import("mqemitter-redis");
  /** aedes pipes retained messages, and this persistence gives them as a generator. */
  class PipedPersistence extends Persistence {
    override createRetainedStreamCombi(filters: readonly string[]): Readable {
      return Readable.from(super.createRetainedStreamCombi(filters));
    }
  }
  const options = redisOptions(address);
  const mq = createEmitter({ ...options, concurrency, matchEmptyLevels: true });
  // Without a listener an error of the connection would end the process.
  (mq as unknown as { readonly state: EventEmitter }).state.on("error", onError);
  return { persistence: new PipedPersistence(options), mq };
}

/**
 * @param onError told when Redis cannot be reached; it is tried again
 * @throws SlotwiseError BROKER_UNAVAILABLE when the folder is in use or a package is missing
 */
export async function openStorage(
  { persistence, redis, concurrency }: Wish,
  onError: (error: unknown) => void,
): Promise<BrokerStorage> {
  try {
    if (persistence !== undefined) return await openFolder(persistence);
    if (redis !== undefined) return await openRedis(redis, concurrency, onError);
    return {};
  } catch (cause) {
    const expected =
      persistence === undefined
        ? "the packages aedes-persistence-redis and mqemitter-redis, which npm install --include=optional brings"
        : `the folder ${persistence} to be free for this broker`;
    throw new SlotwiseError(
      "BROKER_UNAVAILABLE",
      { expected, received: String(cause), consequence: "the broker was not started" },
      { cause },
    );
  }
}
