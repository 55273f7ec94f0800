import { z } from "zod";
import { tcClassIdsSchema, tcDeviceSchema } from "../../actuate/tc/config.ts";
import { transportSchema } from "../../actuate/tc/transport.ts";
import { computeObservationConfigSchema } from "../cgroup/config.ts";
import { delayReportsConfigSchema } from "../delays/config.ts";
import { arrivalCountersConfigSchema } from "../nft/config.ts";

/** How the kernel's class counters become an observation. */
export const tcObservationConfigSchema = z.strictObject({
  device: tcDeviceSchema,
  classIds: tcClassIdsSchema,
  modelBitsPerLinkBit: z
    .number()
    .positive()
    .max(1e9)
    .default(1)
    .describe("bits of the model that one payload bit of the link stands for"),
  headerBytesPerPacket: z
    .number()
    .int()
    .min(0)
    .max(256)
    .default(42)
    .describe("counted by the kernel but no payload: Ethernet 14, IPv4 20, UDP 8"),
  arrivals: arrivalCountersConfigSchema
    .nullable()
    .default(null)
    .describe("nftables counters of what is sent to each slice; null derives it from the classes"),
  compute: computeObservationConfigSchema
    .nullable()
    .default(null)
    .describe("cgroups whose CPU time is each slice's compute; null derives it from bits"),
  delayReports: delayReportsConfigSchema
    .nullable()
    .default(null)
    .describe(
      "measured delays of earlier slots, which are what a learner is rewarded by; null: none",
    ),
  transport: transportSchema,
  answerTimeoutMs: z
    .number()
    .int()
    .min(1)
    .max(60_000)
    .default(1000)
    .describe("the kernel, or tc, is given up on after this, ms"),
});

export type TcObservationConfig = z.output<typeof tcObservationConfigSchema>;
