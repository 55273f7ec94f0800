import { z } from "zod";

/**
 * Names the history that round numbers and global versions count in. It is drawn when an aggregator
 * starts without saved state; agents that meet a new one start counting again.
 */
export const federationIdSchema = z.string().min(1).max(64);
