import { z } from "zod";

/** Whether rounds wait for agents. */
export const roundsModeSchema = z.discriminatedUnion("mode", [
  z
    .strictObject({ mode: z.literal("synchronous") })
    .describe("a round waits for everyone until its deadline, and all build on the same model"),
  z
    .strictObject({
      mode: z.literal("buffered"),
      maxStaleness: z
        .number()
        .int()
        .min(1)
        .max(64)
        .default(4)
        .describe("versions an update's base may be behind; as many more models are in memory"),
    })
    .describe("quorum updates make a model, whoever they are from (FedBuff)"),
]);

export type RoundsMode = z.output<typeof roundsModeSchema>;

/** Versions that an update's base may be behind. */
export function maxStalenessOf(rounds: RoundsMode): number {
  return rounds.mode === "buffered" ? rounds.maxStaleness : 0;
}
