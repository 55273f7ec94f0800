import { z } from "zod";

/** A range of positive numbers that draws are uniform in, or decisions within. */
export const range = (low: number, high: number, unit: string) =>
  z
    .tuple([z.number().positive(), z.number().positive()])
    .default([low, high])
    .refine(([from, to]) => from <= to, "a range goes from its smaller to its larger end")
    .describe(`[smallest, largest], ${unit}`);
