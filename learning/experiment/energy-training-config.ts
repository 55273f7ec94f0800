import { z } from "zod";

/** How an energy policy is trained, beside its learner's configuration. */
export const energyTrainingSchema = z.strictObject({
  tasks: z
    .tuple([z.number().int().min(1), z.number().int().min(1)])
    .default([10, 100])
    .describe("fewest and most tasks of an episode's slot"),
  steps: z.number().int().min(2).default(40).describe("T_step, sweeps of an episode"),
  neutralStarts: z
    .number()
    .min(0)
    .max(1)
    .default(0.5)
    .describe("share of episodes that begin at the nearest gateways instead of placed ones"),
  reward: z
    .enum(["difference", "paper", "lagrangian"])
    .default("difference")
    .describe(
      "what the task's own action saved, in energy and fixed penalties; the system's reward for every task; or what it saved of the Lagrangian, whose multipliers are learned",
    ),
  dualAscent: z
    .strictObject({
      stepJ: z.number().positive().default(5).describe("J per unit of mean relative excess"),
      allowance: z.number().min(0).default(0.001).describe("excess below which multipliers fall"),
      largestJ: z.number().positive().default(10).describe("multipliers stay at or below"),
    })
    .prefault({})
    .describe("reward lagrangian: the multipliers' projected ascent, once an episode"),
  rewardPerJ: z.number().positive().default(10).describe("reward of one saved joule"),
  rewardLimit: z
    .number()
    .positive()
    .default(0.5)
    .describe(
      "difference rewards are kept within ± this, so that rare large ones do not drown steps",
    ),
  updatesPerSweep: z.number().int().min(1).default(2).describe("updates after every sweep"),
});

export type EnergyTrainingConfig = z.output<typeof energyTrainingSchema>;
