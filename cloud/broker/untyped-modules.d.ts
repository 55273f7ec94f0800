declare module "aedes-persistence-level/asyncPersistence.js" {
  import type { Readable } from "node:stream";
  import type { ClassicLevel } from "classic-level";

  class LevelPersistence {
    constructor(db: ClassicLevel);
    createRetainedStream(filter: string): Readable;
    destroy(): Promise<void>;
  }
  export = LevelPersistence;
}

declare module "aedes-persistence-redis/asyncPersistence.js" {
  import type { Readable } from "node:stream";

  class RedisPersistence {
    constructor(options: object);
    createRetainedStream(filter: string): Readable;
    createRetainedStreamCombi(filters: readonly string[]): AsyncIterable<object>;
    destroy(): Promise<void>;
  }
  export = RedisPersistence;
}
