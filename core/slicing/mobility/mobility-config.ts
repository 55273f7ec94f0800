import { z } from "zod";

const handoverHysteresisDb = z
  .number()
  .min(0)
  .max(30)
  .default(3)
  .describe("a user changes to an access point whose mean path loss is lower by more than this");

const randomWaypoint = z
  .strictObject({
    model: z.literal("random-waypoint"),
    minSpeedMPerS: z.number().min(0.1).max(1000).default(0.5),
    maxSpeedMPerS: z.number().min(0.1).max(1000).default(15),
    pauseS: z.number().min(0).max(3600).default(0).describe("rest at every waypoint, s"),
    handoverHysteresisDb,
  })
  .refine(({ minSpeedMPerS, maxSpeedMPerS }) => minSpeedMPerS <= maxSpeedMPerS, {
    path: ["minSpeedMPerS"],
    message: "must not exceed maxSpeedMPerS",
  });

const gaussMarkov = z.strictObject({
  model: z.literal("gauss-markov"),
  meanSpeedMPerS: z.number().min(0).max(1000).default(8).describe("of a user's mean velocity"),
  speedDeviationMPerS: z
    .number()
    .min(0)
    .max(1000)
    .default(4)
    .describe("standard deviation around the mean velocity, per axis"),
  memoryS: z.number().positive().max(3600).default(5).describe("correlation time of a velocity, s"),
  handoverHysteresisDb,
});

/** How users move; without it they stay where an episode puts them (A6). */
export const mobilitySchema = z.discriminatedUnion("model", [randomWaypoint, gaussMarkov]);

export type Mobility = z.infer<typeof mobilitySchema>;
export type RandomWaypoint = z.infer<typeof randomWaypoint>;
export type GaussMarkov = z.infer<typeof gaussMarkov>;
