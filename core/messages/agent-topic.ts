import { agentNameSchema } from "./identity.ts";
import { messageError } from "./message-error.ts";

/** A topic with the agent's name as one level: its builder, its subscription, its inverse. */
export interface AgentTopic {
  readonly subscription: string;
  topic(agent: string): string;
  /** Undefined for any other topic. */
  agentIn(topic: string): string | undefined;
  /** @throws SlotwiseError MESSAGE_INVALID */
  agentOf(topic: string): string;
}

export function agentTopic(prefix: string, suffix: string): AgentTopic {
  const agentIn = (topic: string): string | undefined => {
    const agent = topic.slice(prefix.length, topic.length - suffix.length);
    const known =
      topic === `${prefix}${agent}${suffix}` && agentNameSchema.safeParse(agent).success;
    return known ? agent : undefined;
  };
  return {
    subscription: `${prefix}+${suffix}`,
    topic: (agent) => `${prefix}${agentNameSchema.parse(agent)}${suffix}`,
    agentIn,
    agentOf: (topic) => {
      const agent = agentIn(topic);
      if (agent === undefined) throw messageError(`a topic ${prefix}{agent}${suffix}`, topic);
      return agent;
    },
  };
}
