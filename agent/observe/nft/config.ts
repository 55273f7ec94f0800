import { z } from "zod";

/** A word that nft takes as one name; a configuration value must not add commands. */
const nftName = z.string().regex(/^[A-Za-z_][\w.-]{0,127}$/, "a name as nftables has them");

/** nftables counters that count what is sent to each slice, before any queue drops it. */
export const arrivalCountersConfigSchema = z.strictObject({
  family: z.enum(["inet", "ip", "ip6", "bridge", "netdev"]).default("inet"),
  table: nftName,
  counters: z
    .array(nftName)
    .min(1)
    .max(64)
    .describe("named counter of each slice, in the order of the scenario's slices"),
  headerBytesPerPacket: z
    .number()
    .int()
    .min(0)
    .max(256)
    .default(28)
    .describe(
      "counted by nftables but no payload: IPv4 20, UDP 8; with family bridge or netdev 42",
    ),
});

export type ArrivalCountersConfig = z.output<typeof arrivalCountersConfigSchema>;
