import { isCleared } from "../../core/messages/cleared.ts";
import { federationAnswerMessage } from "../../core/messages/federation-answer.ts";
import {
  type FederationGlobalHeader,
  federationGlobalMessage,
} from "../../core/messages/federation-global.ts";
import { federationGlobalBlockMessage } from "../../core/messages/federation-global-block.ts";
import { federationGlobalRequestMessage } from "../../core/messages/federation-global-request.ts";
import { signedKeysText } from "../../core/messages/federation-keys.ts";
import {
  type FederationRound,
  federationRoundMessage,
} from "../../core/messages/federation-round.ts";
import {
  federationUpdateMessage,
  type UpdateFacts,
} from "../../core/messages/federation-update.ts";
import { federationUpdateBlockMessage } from "../../core/messages/federation-update-block.ts";
import { federationUpdateRequestMessage } from "../../core/messages/federation-update-request.ts";
import { messageError } from "../../core/messages/message-error.ts";
import { fixedPointChange } from "../../core/secure-aggregation/fixed-point.ts";
import type { WantedBlock } from "../../core/transfer/block-queue.ts";
import type { Weights } from "../../core/weights/tensor.ts";
import { type Logger, ThrottledWarning } from "../log.ts";
import { BlockService } from "../mqtt/block-service.ts";
import type { Delivery, OutgoingMessage } from "../mqtt/outbox.ts";
import { createFolderVerifier, createSigner } from "../update-signature.ts";
import type { LinkConfig } from "./config.ts";
import { type AnnouncedGlobal, GlobalGate } from "./global-gate.ts";
import { GlobalReceiver } from "./global-receiver.ts";
import { SecureExchange } from "./secure/secure-exchange.ts";
import { UpdateSender } from "./update-sender.ts";

export interface FederationListener {
  onRound(round: FederationRound): void;
  /** Of the federation the latest round named. The weights are finite; whether they are newer and fit is the receiver's to judge. */
  onGlobal(header: FederationGlobalHeader, weights: Weights): void;
}

export interface FederationLinkOptions {
  readonly config: LinkConfig;
  readonly agent: string;
  readonly listener: FederationListener;
  readonly log: Logger;
  readonly send: (message: OutgoingMessage, delivery: Delivery) => void;
  /** Any monotonic clock, ms. */
  readonly nowMs: () => number;
}

/** The federation's messages at an agent's end of the link. */
export class FederationLink {
  readonly invalid = { round: 0, global: 0 };
  /** Answers to this agent's updates. */
  readonly answers = { accepted: 0, refused: 0 };
  private readonly options: FederationLinkOptions;
  private readonly warning: ThrottledWarning;
  private readonly gate = new GlobalGate();
  private readonly globals: GlobalReceiver;
  private readonly updates: UpdateSender;
  private readonly secure: SecureExchange;
  private round: FederationRound | undefined;
  private readonly blocks: BlockService;
  private readonly handlers: Readonly<Record<string, (payload: Uint8Array) => void>>;

  /** @throws SlotwiseError CONFIG_INVALID when the signing key cannot be read */
  constructor(options: FederationLinkOptions) {
    const { config, agent, listener, log } = options;
    this.options = options;
    this.warning = new ThrottledWarning(log);
    this.globals = new GlobalReceiver({
      rules: config.pull,
      ask: (sha256, blocks) => this.askForBlocks(sha256, blocks),
      deliver: (header, weights) => listener.onGlobal(header, weights),
      refuse: (error) => this.refuse("global", error),
    });
    const sign = config.signingKey === null ? undefined : createSigner(config.signingKey);
    this.updates = new UpdateSender({
      ...config,
      patienceMs: config.answerPatienceMs,
      sign,
      send: (header, inline) =>
        this.say(federationUpdateMessage, federationUpdateMessage.encode(header, inline), "latest"),
    });
    const { keysDir } = config.secure;
    const isSigned = keysDir === null ? () => true : createFolderVerifier(keysDir);
    this.secure = new SecureExchange({
      agent,
      patienceMs: config.answerPatienceMs,
      sign,
      isSigned: (keys) => isSigned(keys.member.agent, signedKeysText(keys), keys.member.signature),
      send: (message) => options.send(message, "latest"),
      submit: (facts, masked) => this.updates.submitMasked(facts, masked, options.nowMs()),
      nowMs: options.nowMs,
    });
    this.blocks = new BlockService(1, (wanted) => this.giveBlock(wanted));
    this.handlers = {
      [federationRoundMessage.topic()]: (payload) => this.receiveRound(payload),
      [federationGlobalMessage.topic()]: (payload) => this.receiveGlobal(payload),
      [federationGlobalBlockMessage.topic(agent)]: (payload) => this.receiveBlock(payload),
      [federationUpdateRequestMessage.topic(agent)]: (payload) => this.receiveRequest(payload),
      [federationAnswerMessage.topic(agent)]: (payload) => this.receiveAnswer(payload),
      ...this.secureHandlers(),
    };
  }

  /** Topics with their quality of service. */
  get subscriptions(): Record<string, 1> {
    return Object.fromEntries(Object.keys(this.handlers).map((topic) => [topic, 1]));
  }

  receive(topic: string, payload: Uint8Array): void {
    this.handlers[topic]?.(payload);
  }

  /** @throws SlotwiseError MESSAGE_INVALID when the weights would have to go in a way that is not allowed */
  submit(facts: UpdateFacts, weights: Weights): void {
    const base = this.globals.weightsOf(facts.federation, facts.baseVersion);
    const secure = this.round?.secure ?? null;
    if (secure !== null) {
      if (base === undefined) throw messageError("the model that a change is from", "none");
      this.secure.begin(facts, fixedPointChange(weights, base, secure.clipNorm));
    } else if (this.options.config.secure.required) {
      throw messageError("a round with secure aggregation", `round ${facts.round} without`);
    } else {
      this.updates.submit(facts, weights, base, this.options.nowMs());
    }
  }

  /** Asks and sends again what has had no answer. */
  tick(): void {
    this.globals.tick(this.options.nowMs());
    this.updates.tick(this.options.nowMs());
    this.secure.tick();
  }

  reconnected(): void {
    this.globals.reconnected();
  }

  /** The connection has nothing else to send. */
  idle(): void {
    this.blocks.idle();
  }

  private receiveRound(payload: Uint8Array): void {
    if (isCleared(payload)) return;
    const round = this.decoded("round", () => federationRoundMessage.decode(payload));
    if (round === undefined) return;
    this.round = round;
    this.updates.roundOpened(round);
    this.globals.keep(round.maxStaleness + 1);
    this.secure.roundOpened(round);
    this.options.listener.onRound(round);
    this.pass(this.gate.roundNamed(round.federation));
  }

  private receiveGlobal(payload: Uint8Array): void {
    if (isCleared(payload)) {
      this.gate.cleared();
      return;
    }
    const global = this.decoded("global", () => federationGlobalMessage.decode(payload));
    if (global !== undefined) this.pass(this.gate.arrived(global));
  }

  private pass(global: AnnouncedGlobal | undefined): void {
    if (global === undefined) return;
    this.updates.globalAnnounced(global.header);
    this.globals.announced(global, this.options.nowMs());
  }

  private receiveBlock(payload: Uint8Array): void {
    const got = this.decoded("global", () => federationGlobalBlockMessage.decode(payload));
    if (got === undefined) return;
    this.globals.block(got.header.sha256, got.header.block, got.bytes, this.options.nowMs());
  }

  private askForBlocks(sha256: string, blocks: number[]): void {
    const payload = federationGlobalRequestMessage.encode({ version: 1, sha256, blocks });
    this.say(federationGlobalRequestMessage, payload, "latest");
  }

  private receiveRequest(payload: Uint8Array): void {
    const request = this.decoded("round", () => federationUpdateRequestMessage.decode(payload));
    if (request === undefined) return;
    this.updates.asked(request.sha256, this.options.nowMs());
    this.blocks.ask("aggregator", request.sha256, request.blocks);
  }

  private giveBlock({ sha256, block }: WantedBlock): boolean {
    const bytes = this.updates.block(sha256, block);
    if (bytes === undefined) return false;
    const payload = federationUpdateBlockMessage.encode({ version: 1, sha256, block }, bytes);
    this.say(federationUpdateBlockMessage, payload, "stream");
    return true;
  }

  private receiveAnswer(payload: Uint8Array): void {
    const answer = this.decoded("round", () => federationAnswerMessage.decode(payload));
    if (answer === undefined || !this.updates.answered(answer)) return;
    if (answer.refusal === null) {
      this.answers.accepted++;
      return;
    }
    this.answers.refused++;
    const { round, refusal, detail } = answer;
    this.warning.warn(this.options.nowMs(), "update refused", { round, refusal, detail });
  }

  private secureHandlers(): Record<string, (payload: Uint8Array) => void> {
    const handlers = Object.entries(this.secure.handlers);
    return Object.fromEntries(
      handlers.map(([topic, receive]) => [
        topic,
        (payload: Uint8Array) => this.decoded("round", () => receive(payload)),
      ]),
    );
  }

  private say(
    { topic, qos, retain }: { topic(agent: string): string; qos: 1; retain: false },
    payload: Uint8Array,
    delivery: Delivery,
  ): void {
    this.options.send({ topic: topic(this.options.agent), qos, retain, payload }, delivery);
  }

  private decoded<T>(kind: "round" | "global", decode: () => T): T | undefined {
    try {
      return decode();
    } catch (error) {
      this.refuse(kind, error);
      return undefined;
    }
  }

  private refuse(kind: "round" | "global", error: unknown): void {
    this.invalid[kind]++;
    const facts = { kind, reason: String(error) };
    this.warning.warn(this.options.nowMs(), "malformed message dropped", facts);
  }
}
