import { agentTopic } from "./agent-topic.ts";
import { decodeSealedShares, encodeSealedShares } from "./sealed-shares.ts";

/** The shares that others gave for an agent; those who gave any are masked together. */
export const federationInboxMessage = {
  ...agentTopic("slotwise/federation/inbox/", ""),
  version: 1,
  qos: 1,
  retain: false,
  encode: encodeSealedShares,
  decode: decodeSealedShares,
} as const;
