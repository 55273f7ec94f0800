import { agentTopic } from "./agent-topic.ts";
import { decodeSealedShares, encodeSealedShares } from "./sealed-shares.ts";

/** An agent gives every other member of a secure round shares of its secrets. */
export const federationSharesMessage = {
  ...agentTopic("slotwise/federation/shares/", ""),
  version: 1,
  qos: 1,
  retain: false,
  encode: encodeSealedShares,
  decode: decodeSealedShares,
} as const;
