import { agentTopic } from "./agent-topic.ts";
import { decodeBlockRequest, encodeBlockRequest } from "./block-request.ts";

/** An agent asks the aggregator for blocks of a global model. */
export const federationGlobalRequestMessage = {
  ...agentTopic("slotwise/federation/global-request/", ""),
  version: 1,
  qos: 1,
  retain: false,
  encode: encodeBlockRequest,
  decode: decodeBlockRequest,
} as const;
