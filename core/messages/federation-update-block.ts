import { agentTopic } from "./agent-topic.ts";
import { decodeBlock, encodeBlock } from "./block.ts";

/** An agent gives a block of its update. */
export const federationUpdateBlockMessage = {
  ...agentTopic("slotwise/federation/update-block/", ""),
  version: 1,
  qos: 1,
  retain: false,
  encode: encodeBlock,
  decode: decodeBlock,
} as const;
