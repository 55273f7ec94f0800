import { federationAnswerMessage } from "../../core/messages/federation-answer.ts";
import { federationGlobalBlockMessage } from "../../core/messages/federation-global-block.ts";
import type { FederationUpdateHeader } from "../../core/messages/federation-update.ts";
import { federationUpdateRequestMessage } from "../../core/messages/federation-update-request.ts";
import type { WantedBlock } from "../../core/transfer/block-queue.ts";
import type { OutgoingMessage } from "../../platform/mqtt/outbox.ts";
import type { Verdict } from "./intake.ts";

const maxDetail = 500;

/** What became of an update. */
export function answerTo(
  { agent, incarnation, federation, round, content }: FederationUpdateHeader,
  { refusal, detail }: Verdict,
): OutgoingMessage {
  const { topic, qos, retain, encode } = federationAnswerMessage;
  const about = { federation, incarnation, round, sha256: content.sha256 };
  const payload = encode({ version: 1, ...about, refusal, detail: detail.slice(0, maxDetail) });
  return { topic: topic(agent), qos, retain, payload };
}

/** Asks an agent for blocks of its update. */
export function requestTo(agent: string, sha256: string, blocks: number[]): OutgoingMessage {
  const { topic, qos, retain, encode } = federationUpdateRequestMessage;
  return { topic: topic(agent), qos, retain, payload: encode({ version: 1, sha256, blocks }) };
}

/** A block of a global model for the agent that asked for it. */
export function blockFor({ peer, sha256, block }: WantedBlock, bytes: Uint8Array): OutgoingMessage {
  const { topic, qos, retain, encode } = federationGlobalBlockMessage;
  const payload = encode({ version: 1, sha256, block }, bytes);
  return { topic: topic(peer), qos, retain, payload };
}
