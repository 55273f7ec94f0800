import type { Refusal } from "../../../core/messages/federation-answer.ts";
import { federationInboxMessage } from "../../../core/messages/federation-inbox.ts";
import {
  type FederationKeys,
  federationKeysMessage,
} from "../../../core/messages/federation-keys.ts";
import { federationRosterMessage } from "../../../core/messages/federation-roster.ts";
import { federationSharesMessage } from "../../../core/messages/federation-shares.ts";
import { federationSurvivorsMessage } from "../../../core/messages/federation-survivors.ts";
import { federationUnmaskingMessage } from "../../../core/messages/federation-unmasking.ts";
import { messageError } from "../../../core/messages/message-error.ts";
import type { Delivery, OutgoingMessage } from "../../../platform/mqtt/outbox.ts";
import type { RoundName } from "../../../platform/secure-aggregation/mask.ts";
import type { SecureRound, SecureVoice } from "./secure-round.ts";
import type { SecureRounds } from "./secure-rounds.ts";

/** The messages that a secure round is led by. */
export function createVoice(
  send: (message: OutgoingMessage, delivery: Delivery) => void,
): SecureVoice {
  return {
    roster: (roster) => {
      const { topic, qos, retain, encode } = federationRosterMessage;
      send({ topic: topic(), qos, retain, payload: encode(roster) }, "standing");
    },
    inbox: (agent, shares) => {
      const { topic, qos, retain, encode } = federationInboxMessage;
      send({ topic: topic(agent), qos, retain, payload: encode(shares) }, "latest");
    },
    survivors: (survivors) => {
      const { topic, qos, retain, encode } = federationSurvivorsMessage;
      send({ topic: topic(), qos, retain, payload: encode(survivors) }, "standing");
    },
  };
}

export interface SecureDeskOptions {
  readonly federation: string;
  readonly rounds: SecureRounds;
  readonly isSigned: (keys: FederationKeys) => boolean;
  /** This agent has an update for the open round. */
  readonly heard: (agent: string, incarnation: string) => void;
  readonly refused: (reason: Refusal, topic: string, detail: string) => void;
}

/** What agents say in secure rounds, but for their masked updates. */
export class SecureDesk {
  private readonly options: SecureDeskOptions;

  constructor(options: SecureDeskOptions) {
    this.options = options;
  }

  get subscriptions(): Record<string, 1> {
    const messages = [federationKeysMessage, federationSharesMessage, federationUnmaskingMessage];
    return Object.fromEntries(messages.map(({ subscription, qos }) => [subscription, qos]));
  }

  /** What is of another round is passed over: agents give up by themselves. */
  receive(topic: string, payload: Uint8Array): void {
    try {
      this.take(topic, payload);
    } catch (error) {
      this.options.refused("malformed", topic, String(error));
    }
  }

  private take(topic: string, payload: Uint8Array): void {
    if (federationKeysMessage.agentIn(topic) !== undefined) {
      this.receiveKeys(topic, payload);
      return;
    }
    const sharing = federationSharesMessage.agentIn(topic);
    if (sharing !== undefined) {
      const shares = federationSharesMessage.decode(payload);
      this.roundOf(shares)?.sharesArrived(sharing, shares);
      return;
    }
    const unmasking = federationUnmaskingMessage.agentIn(topic);
    if (unmasking === undefined) return;
    const message = federationUnmaskingMessage.decode(payload);
    this.roundOf(message)?.unmaskingArrived(unmasking, message);
  }

  private receiveKeys(topic: string, payload: Uint8Array): void {
    const keys = federationKeysMessage.decode(payload);
    const { agent, incarnation } = keys.member;
    if (agent !== federationKeysMessage.agentOf(topic)) {
      throw messageError("an agent's own topic", `keys of ${agent} on ${topic}`);
    }
    const { isSigned, refused, heard } = this.options;
    if (!isSigned(keys)) {
      refused("unsigned", topic, `keys that ${agent} has not signed`);
      return;
    }
    const round = this.roundOf(keys);
    if (round === undefined) return;
    if (!round.keysArrived(keys))
      refused("crowded", topic, `the roster of round ${keys.round} is full`);
    heard(agent, incarnation);
  }

  private roundOf({ federation, round }: RoundName): SecureRound | undefined {
    return federation === this.options.federation ? this.options.rounds.roundOf(round) : undefined;
  }
}
