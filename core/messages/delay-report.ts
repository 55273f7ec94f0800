import { z } from "zod";
import { decodeJson, encodeJson } from "./json-payload.ts";

/** What users measured of the tasks that a slot served; comes by datagram, not by MQTT. */
const delayReportSchema = z.strictObject({
  version: z.literal(1),
  /** When the slot began, monotonic clock of the machine, ns. */
  slotStartedNs: z.string().regex(/^\d{1,20}$/),
  tasks: z.number().int().min(1),
  meanDelayMs: z.number().nonnegative(),
  /** Share of the tasks that were done within their slice's limit. */
  satisfaction: z.number().min(0).max(1),
});

export type DelayReport = z.output<typeof delayReportSchema>;

export function encodeDelayReport(report: DelayReport): Uint8Array {
  return encodeJson(delayReportSchema, report);
}

/** @throws SlotwiseError MESSAGE_INVALID */
export function decodeDelayReport(bytes: Uint8Array): DelayReport {
  return decodeJson(delayReportSchema, bytes);
}
