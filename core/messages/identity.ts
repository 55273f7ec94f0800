import { z } from "zod";

/** "ap-0": names an agent in topics, so it can hold no `/`, `+` or `#`. */
export const agentNameSchema = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/, "letters, digits, _ and -, at most 64");

/** Changes with every start of a process, so that an old message is told from a new one. */
export const incarnationSchema = z.string().min(1).max(64);

export const countSchema = z.number().int().nonnegative();
