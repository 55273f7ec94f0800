import type { AgentTelemetry } from "../../core/messages/agent-telemetry.ts";
import type { ControlTotals } from "../control/accounting.ts";
import type { HealthReading } from "../health/box-health.ts";
import type { TrainingCounts } from "../train/training-session.ts";
import { type AgentFacts, agentTelemetry } from "./agent-telemetry.ts";

/** What an agent did from its start to its end: its last telemetry, with everything it counted. */
export interface AgentReport {
  readonly telemetry: AgentTelemetry | null;
  readonly control: ControlTotals | null;
  readonly training: TrainingCounts | null;
  /** The box as it was at the last telemetry. */
  readonly health: HealthReading | null;
  readonly peakRssBytes: number;
}

export function agentReport(
  facts: AgentFacts | undefined,
  training: TrainingCounts | undefined,
  health: HealthReading | undefined,
): AgentReport {
  return {
    telemetry: facts ? agentTelemetry(facts) : null,
    control: facts?.status.totals ?? null,
    training: training ?? null,
    health: health ?? null,
    peakRssBytes: process.resourceUsage().maxRSS * 1024,
  };
}
