import { z } from "zod";
import { auditShape } from "../audit-file.ts";
import { refuseRepeated } from "../refuse-repeated.ts";

const groupSchema = z
  .string()
  .regex(/^[\w.@:-]+(\/[\w.@:-]+)*$/, "a cgroup below the root, such as slices/1")
  .refine((path) => !path.split("/").includes(".."), "a cgroup below the root, without ..");

/** Where cgroups are and which of them are the slices. */
export const sliceGroupsSchema = z.strictObject({
  root: z
    .string()
    .min(1)
    .default("/sys/fs/cgroup")
    .describe("where cgroups are mounted: v2, or the folder above v1's cpu hierarchy"),
  groups: z
    .array(groupSchema)
    .min(1)
    .max(64)
    .superRefine(refuseRepeated)
    .describe("cgroup of each slice, in the order of the scenario's slices"),
});

/** How compute blocks become CPU quotas. */
export const cgroupActuatorConfigSchema = sliceGroupsSchema.extend({
  cpus: z
    .number()
    .positive()
    .max(1024)
    .describe("CPUs that the scenario's whole compute budget stands for"),
  periodUs: z
    .number()
    .int()
    .min(1000)
    .max(1_000_000)
    .default(10_000)
    .describe("CFS period, µs; no longer than a slot, since a new quota is granted at once"),
  grant: z
    .enum(["period", "slot"])
    .default("period")
    .describe(
      "who renews a quota: the kernel every periodUs, or the agent's write in every slot; slot is exact where quotas change often",
    ),
  ...auditShape,
});

export type CgroupActuatorConfig = z.output<typeof cgroupActuatorConfigSchema>;
