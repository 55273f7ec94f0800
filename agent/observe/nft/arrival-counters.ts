import { z } from "zod";
import { AskedProgram } from "../../actuate/asked-program.ts";
import type { StartBatchProcess } from "../../actuate/tc/batch-process.ts";
import type { ArrivalCountersConfig } from "./config.ts";

const counterSchema = z.object({ name: z.string(), packets: z.number(), bytes: z.number() });

const answerSchema = z.object({
  nftables: z.array(z.object({ counter: counterSchema.optional() })),
});

/**
 * Payload bits by slice from the answer of `nft -j list counters`.
 *
 * @throws Error where it is no such answer, or a counter is missing
 */
export function arrivedBits(text: string, config: ArrivalCountersConfig): number[] {
  const { nftables } = answerSchema.parse(JSON.parse(text));
  const found = new Map(nftables.flatMap(({ counter }) => counter ?? []).map((c) => [c.name, c]));
  return config.counters.map((name) => {
    const counter = found.get(name);
    if (counter === undefined) throw new Error(`nft shows no counter ${name}`);
    return 8 * Math.max(0, counter.bytes - counter.packets * config.headerBytesPerPacket);
  });
}

/** What has been sent to each slice since the counters began, by one long-lived `nft -i -j`. */
export class ArrivalCounters {
  private readonly config: ArrivalCountersConfig;
  private readonly nft: AskedProgram;

  constructor(
    config: ArrivalCountersConfig,
    answerTimeoutMs: number,
    startProcess: StartBatchProcess,
  ) {
    this.config = config;
    this.nft = new AskedProgram({
      command: "nft",
      args: ["-i", "-j"],
      lastLine: `list counters table ${config.family} ${config.table}`,
      endOfAnswer: /\n/,
      answerTimeoutMs,
      startProcess,
    });
  }

  start(): void {
    this.nft.start();
  }

  stop(): Promise<void> {
    return this.nft.stop();
  }

  /**
   * Payload bits by slice.
   *
   * @throws Error where nft does not answer, as for a table that is missing
   */
  async read(): Promise<number[]> {
    try {
      return arrivedBits(await this.nft.ask([]), this.config);
    } catch (error) {
      this.nft.discard();
      throw error;
    }
  }
}
