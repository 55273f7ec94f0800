import { agentStateMessage } from "../../core/messages/agent-state.ts";
import { agentTelemetryMessage } from "../../core/messages/agent-telemetry.ts";
import { cloudStateMessage } from "../../core/messages/cloud-state.ts";
import { federationGlobalMessage } from "../../core/messages/federation-global.ts";
import { federationRoundMessage } from "../../core/messages/federation-round.ts";
import { federationUpdateMessage } from "../../core/messages/federation-update.ts";

export interface Publication {
  readonly topic: string;
  readonly qos: number;
  readonly retain: boolean;
  readonly bytes: number;
}

interface Rule {
  matches(topic: string): boolean;
  readonly retain: boolean;
  /** One topic an agent. */
  readonly ofAgents: boolean;
}

const ofAgents = [agentStateMessage, agentTelemetryMessage, federationUpdateMessage];
const ofTheCloud = [federationRoundMessage, federationGlobalMessage, cloudStateMessage];

const rules: readonly Rule[] = [
  ...ofAgents.map(
    ({ agentIn, retain }): Rule => ({
      matches: (topic) => agentIn(topic) !== undefined,
      retain,
      ofAgents: true,
    }),
  ),
  ...ofTheCloud.map(
    ({ topic: topicOf, retain }): Rule => ({
      matches: (topic) => topic === topicOf(),
      retain,
      ofAgents: false,
    }),
  ),
];

/** Longest message of an agent that is retained; its state has less than 3 kB. */
const maxAgentBytes = 4096;

const maxQos = 1;

/** What a client may publish, and what the broker keeps of it: the table of messages, bounded. */
export class PublishRules {
  private readonly maxRetainedAgents: number;
  private readonly retainedOfAgents = new Set<string>();

  constructor(maxRetainedAgents: number) {
    this.maxRetainedAgents = maxRetainedAgents;
  }

  /** False for a topic outside the table, and for quality of service 2, which has to be stored. */
  allows({ topic, qos }: Pick<Publication, "topic" | "qos">): boolean {
    return qos <= maxQos && rules.some((rule) => rule.matches(topic));
  }

  /** Whether an allowed message stays as its topic's retained one; counts it if so. */
  retains({ topic, retain, bytes }: Publication): boolean {
    const rule = rules.find((candidate) => candidate.matches(topic));
    if (!retain || !rule?.retain) return false;
    if (!rule.ofAgents) return true;
    if (bytes === 0) {
      this.retainedOfAgents.delete(topic);
      return true;
    }
    const hasRoom =
      this.retainedOfAgents.has(topic) || this.retainedOfAgents.size < this.maxRetainedAgents;
    if (bytes > maxAgentBytes || !hasRoom) return false;
    this.retainedOfAgents.add(topic);
    return true;
  }
}
