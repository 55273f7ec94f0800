import { z } from "zod";

/**
 * How weights travel. `float32`: exactly. `float16`: half the bytes. `int8-delta`: steps from the base
 * in a byte a value, deflated; a tenth of the bytes or less.
 */
export const encodingSchema = z.enum(["float32", "float16", "int8-delta"]);

export type Encoding = z.output<typeof encodingSchema>;
