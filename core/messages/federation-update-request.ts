import { agentTopic } from "./agent-topic.ts";
import { decodeBlockRequest, encodeBlockRequest } from "./block-request.ts";

/** The aggregator asks an agent for blocks of its update. */
export const federationUpdateRequestMessage = {
  ...agentTopic("slotwise/federation/update-request/", ""),
  version: 1,
  qos: 1,
  retain: false,
  encode: encodeBlockRequest,
  decode: decodeBlockRequest,
} as const;
