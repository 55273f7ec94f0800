import { z } from "zod";

/** Where users say how long their tasks took. */
export const delayReportsConfigSchema = z.strictObject({
  address: z
    .union([z.ipv4(), z.ipv6()])
    .default("127.0.0.1")
    .describe("local address to listen on"),
  port: z.number().int().min(1).max(65_535).describe("UDP port"),
});

export type DelayReportsConfig = z.output<typeof delayReportsConfigSchema>;
