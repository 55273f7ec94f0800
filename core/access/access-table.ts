import { agentStateMessage } from "../messages/agent-state.ts";
import { agentTelemetryMessage } from "../messages/agent-telemetry.ts";
import { cloudStateMessage } from "../messages/cloud-state.ts";
import { federationAnswerMessage } from "../messages/federation-answer.ts";
import { federationGlobalMessage } from "../messages/federation-global.ts";
import { federationGlobalBlockMessage } from "../messages/federation-global-block.ts";
import { federationGlobalRequestMessage } from "../messages/federation-global-request.ts";
import { federationInboxMessage } from "../messages/federation-inbox.ts";
import { federationKeysMessage } from "../messages/federation-keys.ts";
import { federationRosterMessage } from "../messages/federation-roster.ts";
import { federationRoundMessage } from "../messages/federation-round.ts";
import { federationSharesMessage } from "../messages/federation-shares.ts";
import { federationSurvivorsMessage } from "../messages/federation-survivors.ts";
import { federationUnmaskingMessage } from "../messages/federation-unmasking.ts";
import { federationUpdateMessage } from "../messages/federation-update.ts";
import { federationUpdateBlockMessage } from "../messages/federation-update-block.ts";
import { federationUpdateRequestMessage } from "../messages/federation-update-request.ts";
import type { Role } from "./client-name.ts";

/** What access rules need of a message's file. */
interface TableMessage {
  /** Filter of all its topics; of an agent's message the first `+` is the agent's name. */
  readonly subscription: string;
  readonly retain: boolean;
  /** Only of messages with an agent's name in the topic: that name. */
  agentIn?(topic: string): string | undefined;
}

export interface AccessRule {
  readonly message: TableMessage;
  readonly publishers: readonly Role[];
  /** Operators read everything and are not named. */
  readonly subscribers: readonly Role[];
}

/**
 * Who may say and hear what; an agent only on topics with its own name, where there is one in them.
 * Every broker's rules are made from this table: the embedded one's and mosquitto's. Whoever is not
 * named is refused.
 */
export const accessTable: readonly AccessRule[] = [
  { message: agentStateMessage, publishers: ["agent"], subscribers: ["agent", "aggregator"] },
  { message: agentTelemetryMessage, publishers: ["agent"], subscribers: ["aggregator"] },
  { message: federationUpdateMessage, publishers: ["agent"], subscribers: ["aggregator"] },
  { message: federationUpdateBlockMessage, publishers: ["agent"], subscribers: ["aggregator"] },
  { message: federationGlobalRequestMessage, publishers: ["agent"], subscribers: ["aggregator"] },
  { message: federationUpdateRequestMessage, publishers: ["aggregator"], subscribers: ["agent"] },
  { message: federationGlobalBlockMessage, publishers: ["aggregator"], subscribers: ["agent"] },
  { message: federationAnswerMessage, publishers: ["aggregator"], subscribers: ["agent"] },
  { message: federationKeysMessage, publishers: ["agent"], subscribers: ["aggregator"] },
  { message: federationSharesMessage, publishers: ["agent"], subscribers: ["aggregator"] },
  { message: federationUnmaskingMessage, publishers: ["agent"], subscribers: ["aggregator"] },
  { message: federationInboxMessage, publishers: ["aggregator"], subscribers: ["agent"] },
  { message: federationRosterMessage, publishers: ["aggregator"], subscribers: ["agent"] },
  { message: federationSurvivorsMessage, publishers: ["aggregator"], subscribers: ["agent"] },
  { message: federationRoundMessage, publishers: ["aggregator"], subscribers: ["agent"] },
  { message: federationGlobalMessage, publishers: ["aggregator"], subscribers: ["agent"] },
  { message: cloudStateMessage, publishers: ["aggregator"], subscribers: [] },
];

/** What operators read. */
const everything = "slotwise/#";

/** Topic filters that a client may publish under and subscribe within. */
export interface Access {
  readonly publish: readonly string[];
  readonly subscribe: readonly string[];
}

/** @param name what stands in the place of an agent's name in an agent's own topics */
export function accessOf(role: Role, name: string): Access {
  const filterFor = ({ message }: AccessRule) =>
    role === "agent" && message.agentIn !== undefined
      ? message.subscription.replace("+", () => name)
      : message.subscription;
  const publish = accessTable.filter(({ publishers }) => publishers.includes(role)).map(filterFor);
  const subscribe = accessTable
    .filter(({ subscribers }) => subscribers.includes(role))
    .map(filterFor);
  return { publish, subscribe: role === "operator" ? [everything] : subscribe };
}

/** Where nobody is asked who they are: every message of the table, and what is not a broker's own. */
export const anonymousAccess: Access = {
  publish: accessTable.map(({ message }) => message.subscription),
  subscribe: ["#"],
};
