import { z } from "zod";

/** Least severe lines that are logged. */
export const logLevelSchema = z.enum(["debug", "info", "warn", "error", "silent"]).default("info");
