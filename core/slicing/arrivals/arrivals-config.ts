import { z } from "zod";

const rate = z.number().min(0).max(20);
const slots = z.number().min(1).max(1e6);

const maxQueuedTasks = z
  .number()
  .int()
  .min(1)
  .max(1000)
  .default(8)
  .describe("room of a queue, per user and slice; a task that finds it full is refused");

const poisson = z.strictObject({
  model: z.literal("poisson"),
  tasksPerUserSlot: rate.positive().default(0.8).describe("mean number of tasks"),
  maxQueuedTasks,
});

const bursty = z
  .strictObject({
    model: z.literal("bursty"),
    calmTasksPerUserSlot: rate.default(0.5).describe("mean number of tasks while calm"),
    burstTasksPerUserSlot: rate.positive().default(2).describe("mean number of tasks in a burst"),
    meanCalmSlots: slots.default(80).describe("mean length of a calm, slots"),
    meanBurstSlots: slots.default(20).describe("mean length of a burst, slots"),
    maxQueuedTasks,
  })
  .refine(({ calmTasksPerUserSlot, burstTasksPerUserSlot }) => {
    return calmTasksPerUserSlot <= burstTasksPerUserSlot;
  }, "a burst must bring at least as many tasks as a calm");

/** How tasks arrive, and how many may wait; without it every user has one new task in every slot. */
export const arrivalsSchema = z.discriminatedUnion("model", [poisson, bursty]);

export type Arrivals = z.infer<typeof arrivalsSchema>;
export type Bursty = z.infer<typeof bursty>;
