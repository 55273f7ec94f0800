import { randomBytes } from "node:crypto";
import { federationInboxMessage } from "../../../core/messages/federation-inbox.ts";
import {
  type FederationKeys,
  federationKeysMessage,
} from "../../../core/messages/federation-keys.ts";
import { federationRosterMessage } from "../../../core/messages/federation-roster.ts";
import type { FederationRound } from "../../../core/messages/federation-round.ts";
import { federationSharesMessage } from "../../../core/messages/federation-shares.ts";
import { federationSurvivorsMessage } from "../../../core/messages/federation-survivors.ts";
import { federationUnmaskingMessage } from "../../../core/messages/federation-unmasking.ts";
import type { UpdateFacts } from "../../../core/messages/federation-update.ts";
import type { OutgoingMessage } from "../../mqtt/outbox.ts";
import type { RoundName } from "../../secure-aggregation/mask.ts";
import { SecureSession } from "./secure-session.ts";

export interface SecureExchangeOptions {
  readonly agent: string;
  /** Silence after which the latest word is said again, ms. */
  readonly patienceMs: number;
  readonly sign: ((text: string) => string) | undefined;
  readonly isSigned: (keys: FederationKeys) => boolean;
  readonly send: (message: OutgoingMessage) => void;
  readonly submit: (facts: UpdateFacts, masked: Uint32Array) => void;
  /** Any monotonic clock, ms. */
  readonly nowMs: () => number;
}

interface UnderWay {
  readonly facts: UpdateFacts;
  readonly session: SecureSession;
  /** Said last and not answered yet. */
  said: OutgoingMessage | undefined;
  saidAtMs: number;
}

/** An agent's messages of secure aggregation: one update at a time, until its round is over. */
export class SecureExchange {
  /** What to do with the messages of these topics. @throws SlotwiseError MESSAGE_INVALID */
  readonly handlers: Readonly<Record<string, (payload: Uint8Array) => void>>;
  private readonly options: SecureExchangeOptions;
  private underWay: UnderWay | undefined;

  constructor(options: SecureExchangeOptions) {
    const { agent } = options;
    this.options = options;
    this.handlers = {
      [federationRosterMessage.topic()]: (payload) => this.receiveRoster(payload),
      [federationInboxMessage.topic(agent)]: (payload) => this.receiveInbox(payload),
      [federationSurvivorsMessage.topic()]: (payload) => this.receiveSurvivors(payload),
    };
  }

  /** @param input the update's change: residues mod 2³² */
  begin(facts: UpdateFacts, input: Uint32Array): void {
    const { federation, round, agent, incarnation } = facts;
    const session = new SecureSession({
      ...this.options,
      name: { federation, round },
      agent,
      incarnation,
      input,
      randomBytes: (length) => new Uint8Array(randomBytes(length)),
    });
    this.underWay = { facts, session, said: undefined, saidAtMs: 0 };
    this.say(federationKeysMessage, federationKeysMessage.encode(session.keys()));
  }

  roundOpened({ federation, round }: FederationRound): void {
    const facts = this.underWay?.facts;
    if (facts?.federation !== federation || facts.round !== round) this.underWay = undefined;
  }

  /** Says again what has had no answer. */
  tick(): void {
    const { underWay } = this;
    if (underWay?.said === undefined) return;
    const { patienceMs, nowMs, send } = this.options;
    if (nowMs() - underWay.saidAtMs < patienceMs) return;
    underWay.saidAtMs = nowMs();
    send(underWay.said);
  }

  private receiveRoster(payload: Uint8Array): void {
    const roster = federationRosterMessage.decode(payload);
    const shares = this.sessionOf(roster)?.shares(roster);
    if (shares !== undefined)
      this.say(federationSharesMessage, federationSharesMessage.encode(shares));
  }

  private receiveInbox(payload: Uint8Array): void {
    const inbox = federationInboxMessage.decode(payload);
    const masked = this.sessionOf(inbox)?.maskedInput(inbox);
    if (masked === undefined || this.underWay === undefined) return;
    this.underWay.said = undefined;
    this.options.submit(this.underWay.facts, masked);
  }

  private receiveSurvivors(payload: Uint8Array): void {
    const survivors = federationSurvivorsMessage.decode(payload);
    const unmasking = this.sessionOf(survivors)?.unmasking(survivors);
    if (unmasking === undefined) return;
    this.say(federationUnmaskingMessage, federationUnmaskingMessage.encode(unmasking));
  }

  private sessionOf({ federation, round }: RoundName): SecureSession | undefined {
    const facts = this.underWay?.facts;
    const same = facts?.federation === federation && facts.round === round;
    return same ? this.underWay?.session : undefined;
  }

  private say(
    { topic, qos, retain }: { topic(agent: string): string; qos: 1; retain: false },
    payload: Uint8Array,
  ): void {
    const { underWay } = this;
    if (underWay === undefined) return;
    underWay.said = { topic: topic(this.options.agent), qos, retain, payload };
    underWay.saidAtMs = this.options.nowMs();
    this.options.send(underWay.said);
  }
}
