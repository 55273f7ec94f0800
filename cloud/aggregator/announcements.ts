import { clearedPayload } from "../../core/messages/cleared.ts";
import { type CloudState, cloudStateMessage } from "../../core/messages/cloud-state.ts";
import { federationGlobalMessage } from "../../core/messages/federation-global.ts";
import {
  type FederationRound,
  federationRoundMessage,
} from "../../core/messages/federation-round.ts";
import type { OutgoingMessage } from "../../platform/mqtt/outbox.ts";
import type { OpenRound, RoundRules } from "./round.ts";
import { maxStalenessOf } from "./rounds-mode.ts";

export function roundAnnouncement(
  federation: string,
  rules: RoundRules,
  { round, baseVersion, extensions, received, budgetSpent }: OpenRound,
  secure: FederationRound["secure"] = null,
): OutgoingMessage {
  const { topic, qos, retain, encode } = federationRoundMessage;
  const { quorum, deadlineMs, maxSamples, encodings } = rules;
  const payload = encode({
    version: 4,
    federation,
    round,
    baseVersion,
    maxStaleness: maxStalenessOf(rules.rounds),
    quorum,
    deadlineMs,
    maxSamples,
    encodings: [...encodings],
    extensions,
    received: [...received],
    secure,
    budgetSpent,
  });
  return { topic: topic(), qos, retain, payload };
}

/** Clears the global model of an earlier federation: this one has none yet. */
export function noGlobalAnnouncement(): OutgoingMessage {
  const { topic, qos, retain } = federationGlobalMessage;
  return { topic: topic(), qos, retain, payload: clearedPayload };
}

export function stateAnnouncement(state: CloudState): OutgoingMessage {
  const { topic, qos, retain, encode } = cloudStateMessage;
  return { topic: topic(), qos, retain, payload: encode(state) };
}
