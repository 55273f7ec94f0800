import { z } from "zod";

/**
 * How weights travel. `float32`: exactly. `float16`: half the bytes. `int8-delta`: steps from the base
 * in a byte a value, deflated; a tenth of the bytes or less.
 */
export const encodingSchema = z.enum(["float32", "float16", "int8-delta"]);

/** What an update's content is: weights, or in a secure round residues that only a sum can be read from. */
export const contentFormSchema = z.enum([...encodingSchema.options, "masked"]);

export type ContentForm = z.output<typeof contentFormSchema>;

export type Encoding = z.output<typeof encodingSchema>;
