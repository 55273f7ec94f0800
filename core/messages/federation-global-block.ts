import { agentTopic } from "./agent-topic.ts";
import { decodeBlock, encodeBlock } from "./block.ts";

/** The aggregator gives an agent a block of a global model. */
export const federationGlobalBlockMessage = {
  ...agentTopic("slotwise/federation/global-block/", ""),
  version: 1,
  qos: 1,
  retain: false,
  encode: encodeBlock,
  decode: decodeBlock,
} as const;
