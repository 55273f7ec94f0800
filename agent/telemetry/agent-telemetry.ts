import type { AgentTelemetry } from "../../core/messages/agent-telemetry.ts";
import type { LinkCounters } from "../../platform/link/agent-link.ts";
import type { FederationStatus } from "../../platform/link/federation-client.ts";
import type { ControlStatus } from "../control/worker-messages.ts";
import type { TrainingCounts } from "../train/training-session.ts";

/** The state of every part of an agent at one moment. */
export interface AgentFacts {
  readonly agent: string;
  readonly incarnation: string;
  readonly system: string;
  readonly uptimeMs: number;
  readonly status: ControlStatus;
  readonly federation: FederationStatus;
  /** Undefined while the agent goes without a broker. */
  readonly link: LinkCounters | undefined;
  /** Undefined while the agent does not learn. */
  readonly learner: LearnerFacts | undefined;
  readonly rssBytes: number;
}

export interface LearnerFacts {
  readonly counts: TrainingCounts;
  readonly updatesPerSecond: number;
  readonly explorationRate: number;
}

const noLink: LinkCounters = {
  bytesSent: 0,
  bytesReceived: 0,
  reconnects: 0,
  droppedTelemetry: 0,
  unsent: 0,
  invalidMessages: { round: 0, global: 0 },
  updatesAccepted: 0,
  updatesRefused: 0,
};

/** The telemetry message of these facts; every count is cumulative since the start. */
export function agentTelemetry(facts: AgentFacts): AgentTelemetry {
  const { status, learner, link = noLink } = facts;
  const { totals, current } = status;
  return {
    version: 2,
    agent: facts.agent,
    incarnation: facts.incarnation,
    system: facts.system,
    uptimeMs: facts.uptimeMs,
    slots: {
      slots: totals.slots,
      applied: totals.applied,
      held: totals.held,
      late: totals.late,
      skipped: totals.skipped,
      fallback: totals.fallback,
      readBackChecked: totals.readBackChecked,
      readBackMismatches: totals.readBackMismatches,
    },
    latencyUs: totals.latencyUs,
    current: {
      allocation: [...current.allocation],
      policy: current.policy,
    },
    performance: {
      own: { slots: totals.own.slots, sums: { ...totals.own.sums } },
      references: Object.fromEntries(
        Object.entries(totals.references).map(([name, { slots, sums }]) => [
          name,
          { slots, sums: { ...sums } },
        ]),
      ),
    },
    federation: {
      ...facts.federation,
      bytesSent: link.bytesSent,
      bytesReceived: link.bytesReceived,
    },
    learner: learner
      ? {
          updates: learner.counts.updates,
          updatesPerSecond: learner.updatesPerSecond,
          explorationRate: learner.explorationRate,
        }
      : null,
    resources: { rssBytes: facts.rssBytes },
    link: {
      invalidMessages: { ...link.invalidMessages },
      reconnects: link.reconnects,
      droppedTelemetry: link.droppedTelemetry,
    },
  };
}
