import { z } from "zod";
import { sliceGroupsSchema } from "../../actuate/cgroup/config.ts";

/** How the CPU time of cgroups becomes cycles of the model. */
export const computeObservationConfigSchema = sliceGroupsSchema.extend({
  cpus: z
    .number()
    .positive()
    .max(1024)
    .describe("CPUs that the scenario's whole compute budget stands for"),
});

export type ComputeObservationConfig = z.output<typeof computeObservationConfigSchema>;
