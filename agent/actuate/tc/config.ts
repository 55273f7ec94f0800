import { z } from "zod";
import { auditShape } from "../audit-file.ts";
import { refuseRepeated } from "../refuse-repeated.ts";
import { transportSchema } from "./transport.ts";

/** A word that tc takes as one argument; a configuration value must not add commands. */
const word = (pattern: RegExp, what: string) => z.string().regex(pattern, what);

export const tcDeviceSchema = word(
  /^[A-Za-z0-9_.@-]{1,15}$/,
  "a network interface name of at most 15 characters",
).describe("interface whose egress is shared out");

const classId = word(/^[0-9a-f]{1,4}:[0-9a-f]{1,4}$/, "an HTB class such as 1:11");

export const tcClassIdsSchema = z
  .array(classId)
  .min(1)
  .max(64)
  .superRefine(refuseRepeated)
  .default(["1:11", "1:12", "1:13"])
  .describe("HTB class of each slice, in the order of the scenario's slices");

/** How bandwidth blocks become HTB rates. */
export const tcActuatorConfigSchema = z.strictObject({
  device: tcDeviceSchema,
  classIds: tcClassIdsSchema,
  linkKbitPerS: z
    .number()
    .int()
    .min(8)
    .max(400_000_000)
    .describe("rate that the scenario's whole bandwidth budget stands for, kbit/s"),
  burstBytes: z
    .number()
    .int()
    .min(1600)
    .max(10_000_000)
    .default(1600)
    .describe("burst of a class, bytes; at least a full packet"),
  quantumBytes: z
    .number()
    .int()
    .min(1500)
    .max(200_000)
    .default(1514)
    .describe("HTB quantum, bytes"),
  transport: transportSchema,
  answerTimeoutMs: z
    .number()
    .int()
    .min(1)
    .max(60_000)
    .default(1000)
    .describe("the kernel, or tc, is given up on after this, ms"),
  ...auditShape,
});

export type TcActuatorConfig = z.output<typeof tcActuatorConfigSchema>;
