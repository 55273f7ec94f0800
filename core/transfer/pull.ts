import { z } from "zod";
import type { Content } from "../messages/content.ts";
import { ContentAssembly } from "./content-assembly.ts";

export const pullRulesSchema = z.strictObject({
  windowBlocks: z.number().int().min(1).max(64).default(8).describe("blocks asked for at a time"),
  patienceMs: z
    .number()
    .int()
    .min(50)
    .max(600_000)
    .default(3000)
    .describe("silence after which blocks are asked for again, ms; doubles up to eightfold"),
});

export type PullRules = z.output<typeof pullRulesSchema>;

const longestPatience = 8;

/** Requests in a row without an answer after which something else may come first. */
export const givenUpAfter = 3;

/**
 * Asks for a content block by block: a window at a time, and again for what did not come. What has come
 * stays, whatever becomes of the connection. Times are on any monotonic clock in ms.
 */
export class Pull {
  private readonly rules: PullRules;
  private readonly assembly: ContentAssembly;
  private awaited = new Set<number>();
  private heardAtMs = Number.NEGATIVE_INFINITY;
  private silences = 0;

  constructor(content: Content, rules: PullRules) {
    this.rules = rules;
    this.assembly = new ContentAssembly(content);
  }

  get content(): Content {
    return this.assembly.content;
  }

  /** Undefined until the last block is there. */
  get whole(): Uint8Array | undefined {
    return this.assembly.whole;
  }

  /** How often in a row nothing came. */
  get unanswered(): number {
    return this.silences;
  }

  /** The blocks to ask for now; undefined while others are awaited, and when all are there. */
  request(nowMs: number): number[] | undefined {
    const { windowBlocks, patienceMs } = this.rules;
    if (this.awaited.size > 0) {
      const patience = patienceMs * Math.min(longestPatience, 2 ** this.silences);
      if (nowMs - this.heardAtMs < patience) return undefined;
      this.silences++;
    }
    const blocks = this.assembly.missing(windowBlocks);
    if (blocks.length === 0) return undefined;
    this.awaited = new Set(blocks);
    this.heardAtMs = nowMs;
    return blocks;
  }

  /** A block came, whether it was asked for or not. */
  received(block: number, bytes: Uint8Array, nowMs: number): void {
    if (!this.assembly.add(block, bytes)) return;
    this.awaited.delete(block);
    this.heardAtMs = nowMs;
    this.silences = 0;
  }

  /** The connection is a new one: what was awaited will not come. */
  reconnected(): void {
    this.awaited.clear();
  }
}
