import { z } from "zod";

export const iwConfigSchema = z.strictObject({
  device: z
    .string()
    .regex(/^[A-Za-z0-9_.@-]{1,15}$/, "a network interface name of at most 15 characters")
    .describe("wireless interface whose power is set"),
  command: z.string().min(1).default("iw").describe("iw, by name or path"),
  minIntervalMs: z
    .number()
    .int()
    .min(0)
    .max(3_600_000)
    .default(500)
    .describe(
      "shortest time between two changes, ms; less than a slot, or slots go without theirs",
    ),
});

export type IwConfig = z.output<typeof iwConfigSchema>;
