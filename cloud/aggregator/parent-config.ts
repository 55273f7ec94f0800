import { z } from "zod";
import { agentNameSchema } from "../../core/messages/identity.ts";
import { linkConfigSchema } from "../../platform/link/config.ts";

/** The federation above a region. */
export const parentConfigSchema = z.strictObject({
  name: agentNameSchema.describe("the region's name there: an agent's"),
  link: linkConfigSchema.describe("as an agent's"),
});
