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

  /**
   * What is of another round is passed over: agents give up by themselves.
   *
   * @returns false for a topic that is of something else
   * @throws SlotwiseError MESSAGE_INVALID
   */
  receive(topic: string, payload: Uint8Array): boolean {
    if (federationKeysMessage.agentIn(topic) !== undefined) {
      this.receiveKeys(topic, payload);
      return true;
    }
    const sharing = federationSharesMessage.agentIn(topic);
    if (sharing !== undefined) {
      const shares = federationSharesMessage.decode(payload);
      this.roundOf(shares)?.sharesArrived(sharing, shares);
      return true;
    }
    const unmasking = federationUnmaskingMessage.agentIn(topic);
    if (unmasking === undefined) return false;
    const message = federationUnmaskingMessage.decode(payload);
    this.roundOf(message)?.unmaskingArrived(unmasking, message);
    return true;
  }

  private receiveKeys(topic: string, payload: Uint8Array): void {
    const keys = federationKeysMessage.decode(payload);
    const { agent, incarnation } = keys.member;
    if (agent !== federationKeysMessage.agentOf(topic)) {
      throw messageError("an agent's own topic", `keys of ${agent} on ${topic}`);
    }
    if (!this.options.isSigned(keys)) throw messageError(`keys that ${agent} signed`, "others");
    const round = this.roundOf(keys);
    if (round === undefined) return;
    round.keysArrived(keys);
    this.options.heard(agent, incarnation);
  }

  private roundOf({ federation, round }: RoundName): SecureRound | undefined {
    return federation === this.options.federation ? this.options.rounds.roundOf(round) : undefined;
  }
}
