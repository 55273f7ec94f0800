import { type Access, accessTable } from "../../core/access/access-table.ts";
import { filterCovers } from "../../core/access/topic-filter.ts";

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

const rules: readonly Rule[] = accessTable.map(({ message }) => ({
  matches: (topic) =>
    message.agentIn === undefined
      ? filterCovers(message.subscription, topic)
      : message.agentIn(topic) !== undefined,
  retain: message.retain,
  ofAgents: message.agentIn !== undefined,
}));

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

  /**
   * False for a topic outside the table or the sender's access, and for quality of service 2, which
   * has to be stored.
   */
  allows({ topic, qos }: Pick<Publication, "topic" | "qos">, { publish }: Access): boolean {
    return (
      qos <= maxQos &&
      publish.some((filter) => filterCovers(filter, topic)) &&
      rules.some((rule) => rule.matches(topic))
    );
  }

  /** Counts a message that an earlier broker has retained. */
  restored(topic: string): void {
    if (rules.some((rule) => rule.ofAgents && rule.matches(topic))) {
      this.retainedOfAgents.add(topic);
    }
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
