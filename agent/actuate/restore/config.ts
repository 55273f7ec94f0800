import { z } from "zod";

export const journalSchema = z
  .string()
  .min(1)
  .nullable()
  .default(null)
  .describe("how to put the settings back; null: /run/slotwise/AGENT.restore");

/** The journal of an agent that was not told another. */
export function defaultJournal(agent: string): string {
  return `/run/slotwise/${agent}.restore`;
}
