import { z } from "zod";
import { iwConfigSchema } from "../iw/config.ts";

/** How energy decisions become settings of this box. */
export const boxActuatorConfigSchema = z.strictObject({
  gateway: z
    .number()
    .int()
    .min(0)
    .default(0)
    .describe("this box among the area's gateways; it is that gateway's server too"),
  frequency: z.boolean().default(true).describe("cap the CPU frequency"),
  wireless: iwConfigSchema.nullable().default(null).describe("set transmit power; null leaves it"),
  sysRoot: z.string().min(1).default("/sys").describe("where sysfs is"),
});

export type BoxActuatorConfig = z.output<typeof boxActuatorConfigSchema>;
