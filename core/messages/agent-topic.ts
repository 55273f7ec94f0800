import { agentNameSchema } from "./identity.ts";
import { messageError } from "./message-error.ts";

/** A topic with the agent's name as one level: its builder, its subscription, its inverse. */
export interface AgentTopic {
  readonly subscription: string;
  topic(agent: string): string;
  /** @throws SlotwiseError MESSAGE_INVALID */
  agentOf(topic: string): string;
}

export function agentTopic(prefix: string, suffix: string): AgentTopic {
  return {
    subscription: `${prefix}+${suffix}`,
    topic: (agent) => `${prefix}${agentNameSchema.parse(agent)}${suffix}`,
    agentOf: (topic) => {
      const agent = topic.slice(prefix.length, topic.length - suffix.length);
      const known = agentNameSchema.safeParse(agent);
      if (known.success && topic === `${prefix}${agent}${suffix}`) return agent;
      throw messageError(`a topic ${prefix}{agent}${suffix}`, topic);
    },
  };
}
