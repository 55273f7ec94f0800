import { randomUUID } from "node:crypto";
import { aggregatorClientId } from "../../core/access/client-name.ts";
import { agentStateMessage } from "../../core/messages/agent-state.ts";
import { isCleared } from "../../core/messages/cleared.ts";
import type { Refusal } from "../../core/messages/federation-answer.ts";
import { federationGlobalRequestMessage } from "../../core/messages/federation-global-request.ts";
import {
  type FederationUpdateHeader,
  federationUpdateMessage,
} from "../../core/messages/federation-update.ts";
import { federationUpdateBlockMessage } from "../../core/messages/federation-update-block.ts";
import type { PullRules } from "../../core/transfer/pull.ts";
import { type Logger, ThrottledWarning } from "../../platform/log.ts";
import type { MqttConfig } from "../../platform/mqtt/mqtt-config.ts";
import { MqttConnection } from "../../platform/mqtt/mqtt-connection.ts";
import type { Delivery, OutgoingMessage } from "../../platform/mqtt/outbox.ts";
import { noGlobalAnnouncement, roundAnnouncement, stateAnnouncement } from "./announcements.ts";
import { type AssemblyOptions, assembleRounds } from "./assemble-rounds.ts";
import { Downlink, type DownlinkOptions } from "./downlink.ts";
import { GlobalBlocks } from "./global-blocks.ts";
import { Intake, type Verdict, weightsInto } from "./intake.ts";
import type { ModelStore } from "./model-store.ts";
import { Participants } from "./participants.ts";
import type { PrivacyLedger } from "./privacy-ledger.ts";
import type { Region } from "./region.ts";
import { answerTo, requestTo } from "./replies.ts";
import type { ClosedRound, FederatedRounds, OpenRound, RoundHistory } from "./round.ts";
import type { Abandonment } from "./secure/secure-round.ts";
import type { SecureSide } from "./secure/secure-side.ts";
import { type AggregatorSummary, Tally } from "./tally.ts";
import { writtenWhile } from "./written-while.ts";

export interface AggregatorOptions extends AssemblyOptions {
  readonly brokerUrl: string;
  readonly mqtt: MqttConfig;
  readonly downlink: DownlinkOptions;
  readonly pull: PullRules;
  readonly maxUpdateBytes: number;
  readonly maxPulls: number;
  /** Where this federation is a region of another. @param arrived a model from above waits */
  readonly openRegion: ((arrived: () => void) => Region) | undefined;
  readonly store: ModelStore;
  readonly log: Logger;
}

const tickMs = 250;

/** Runs federated rounds over MQTT: announces, collects, averages (17), saves, sends back (18). */
export class Aggregator {
  private readonly options: AggregatorOptions;
  private readonly history: RoundHistory;
  private readonly ledger: PrivacyLedger | undefined;
  private readonly rounds: FederatedRounds;
  private readonly participants: Participants;
  private readonly downlink: Downlink;
  private readonly intake: Intake;
  private readonly blocks: GlobalBlocks;
  private readonly secure: SecureSide | undefined;
  private readonly region: Region | undefined;
  private readonly connection: MqttConnection;
  private readonly tally = new Tally();
  private readonly refusalWarning: ThrottledWarning;
  private readonly extensionWarning: ThrottledWarning;
  private readonly incarnation = randomUUID();
  private readonly startedAtMs = Date.now();
  private deadline: NodeJS.Timeout | undefined;
  private ticking: NodeJS.Timeout | undefined;
  private running = false;
  private publishing: Promise<void> = Promise.resolve();

  /** @param history what `store.open()` gave */
  constructor(options: AggregatorOptions, history: RoundHistory) {
    this.options = options;
    this.history = history;
    this.downlink = new Downlink(options.downlink);
    const { rules } = options;
    this.region = options.openRegion?.(() => this.adopt());
    const assembled = assembleRounds(options, history, {
      settle: (aggregate, base) =>
        this.downlink.settle(this.region?.merge(aggregate) ?? aggregate, base),
      send: this.send,
      heard: (agent, incarnation) => this.participants.answeredLate(agent, incarnation),
      refused: this.refused,
    });
    this.rounds = assembled.rounds;
    this.ledger = assembled.ledger;
    this.secure = assembled.secure;
    this.participants = new Participants(rules.maxAgents, history.latest?.contributors);
    this.intake = new Intake({
      ...options,
      isSigned: options.signatures.ofUpdate,
      sink: this.secure?.rounds ?? weightsInto(this.rounds),
      ask: (agent, sha256, blocks) => this.send(requestTo(agent, sha256, blocks), "latest"),
      judged: (header, verdict) => this.judged(header, verdict),
      malformed: (topic, error) => this.refused("malformed", topic, String(error)),
    });
    this.blocks = new GlobalBlocks(this.downlink, rules.maxAgents, this.send);
    this.refusalWarning = new ThrottledWarning(options.log);
    this.extensionWarning = new ThrottledWarning(options.log, 10_000);
    this.connection = new MqttConnection({
      url: options.brokerUrl,
      clientId: aggregatorClientId,
      subscriptions: {
        [agentStateMessage.subscription]: agentStateMessage.qos,
        [federationUpdateMessage.subscription]: federationUpdateMessage.qos,
        [federationUpdateBlockMessage.subscription]: federationUpdateBlockMessage.qos,
        [federationGlobalRequestMessage.subscription]: federationGlobalRequestMessage.qos,
        ...this.secure?.desk.subscriptions,
      },
      will: this.stateMessage(false),
      ...options.mqtt,
      streamCapacity: 1,
      uniform: Math.random,
      log: options.log,
      onMessage: (topic, payload) => this.receive(topic, payload),
      onConnected: () => this.intake.reconnected(),
      onIdle: () => this.blocks.idle(),
    });
  }

  get summary(): AggregatorSummary {
    return this.tally.summary(this.rounds.version, this.connection.counters);
  }

  start(): void {
    this.running = true;
    const { federation, latest } = this.history;
    const standing = latest && this.downlink.announcement(federation, latest);
    this.say(standing ?? noGlobalAnnouncement());
    this.openRound();
    this.connection.start();
    this.region?.start();
    this.ticking = setInterval(() => {
      if (this.connection.connected) this.intake.tick(performance.now());
    }, tickMs);
  }

  /** Saves a round that is closing, says goodbye, disconnects. */
  async stop(): Promise<void> {
    this.running = false;
    clearTimeout(this.deadline);
    clearInterval(this.ticking);
    await this.publishing;
    this.say(this.stateMessage(false));
    await Promise.all([this.connection.stop(), this.region?.stop()]);
  }

  private receive(topic: string, payload: Uint8Array): void {
    if (!this.running) return;
    const nowMs = performance.now();
    if (federationUpdateMessage.agentIn(topic)) this.intake.update(topic, payload, nowMs);
    else if (federationUpdateBlockMessage.agentIn(topic)) this.intake.block(topic, payload, nowMs);
    else if (federationGlobalRequestMessage.agentIn(topic)) this.blocks.asked(topic, payload);
    else if (agentStateMessage.agentIn(topic)) this.receiveState(topic, payload);
    else this.secure?.desk.receive(topic, payload);
    this.step();
  }

  private receiveState(topic: string, payload: Uint8Array): void {
    if (isCleared(payload)) return;
    try {
      const state = agentStateMessage.decode(payload);
      if (state.agent !== agentStateMessage.agentOf(topic))
        throw new Error("another agent's topic");
      this.participants.reported(state);
    } catch (error) {
      this.tally.statesRefused++;
      const facts = { topic, reason: String(error) };
      this.refusalWarning.warn(performance.now(), "agent state refused", facts);
    }
  }

  private judged(header: FederationUpdateHeader, verdict: Verdict): void {
    const { agent, incarnation, round } = header;
    const { refusal, repeated, detail } = verdict;
    if (refusal === null) {
      if (!repeated) this.tally.updatesAccepted++;
      this.participants.answered(agent, incarnation);
    } else {
      if (refusal === "late") this.participants.answeredLate(agent, incarnation);
      this.refused(refusal, agent, `round ${round} ${detail}`);
    }
    this.send(answerTo(header, verdict), "latest");
  }

  private step(): void {
    if (!this.running) return;
    const rounds = this.secure?.rounds ?? this.rounds;
    const outcome = rounds.step(performance.now(), this.participants.expected());
    if (outcome === "waiting") return;
    if (outcome === "extended") this.extend();
    else if (typeof outcome === "string") this.publishing = this.abandon(outcome);
    else this.publishing = this.finish(outcome);
  }

  private extend(): void {
    this.tally.extensions++;
    const open = this.rounds.openRound as OpenRound;
    this.extensionWarning.warn(performance.now(), "round extended, fewer updates than the quorum", {
      round: open.round,
      quorum: this.options.rules.quorum,
    });
    this.announce(open);
  }

  /**
   * A secure round that gives no model is not tried again: another begins, with other masks. Its number is
   * on disk before anyone hears of it, as agents take part in every number once.
   */
  private async abandon(reason: Abandonment): Promise<void> {
    this.tally.abandoned++;
    const { round } = this.rounds.openRound as OpenRound;
    this.extensionWarning.warn(performance.now(), "secure round abandoned", { round, reason });
    this.participants.closed(this.secure?.rounds.abandon() ?? []);
    const { store } = this.options;
    const passed = await this.written(() => store.pass(this.history.federation, round));
    if (passed) this.openRound();
  }

  /** Where nothing of the open round would be lost, a region goes on from its parent's model at once. */
  private adopt(): void {
    const { rounds, region } = this;
    if (!this.running || !rounds.idle || region?.waiting !== true) return;
    const model = region.merge(rounds.baseOf(rounds.version));
    if (model !== undefined) this.publishing = this.finish(rounds.adopt(model));
  }

  /** The model is on disk before anyone hears of its version, so versions never go back. */
  private async finish(closed: ClosedRound): Promise<void> {
    this.tally.rounds++;
    if (closed.contributors.length > 0) this.participants.closed(closed.contributors);
    const { store } = this.options;
    if (!(await this.written(() => store.save(this.history.federation, closed)))) return;
    this.say(this.downlink.announcement(this.history.federation, closed));
    const { round, contributors } = closed;
    this.options.log.debug({ round, contributors, ...this.ledger?.statement }, "round closed");
    this.openRound();
    this.region?.roundClosed(closed);
    this.adopt();
  }

  /** False when the aggregator has stopped meanwhile. */
  private written(write: () => Promise<void>): Promise<boolean> {
    return writtenWhile(() => this.running, write, this.options.log);
  }

  private openRound(): void {
    const nowMs = performance.now();
    const open = (this.secure?.rounds ?? this.rounds).open(nowMs);
    this.intake.roundOpened(nowMs);
    if (open.budgetSpent) {
      this.options.log.warn(this.ledger?.statement, "privacy budget spent, no more rounds");
    }
    this.announce(open);
  }

  private announce(open: OpenRound): void {
    const { rules } = this.options;
    this.say(roundAnnouncement(this.history.federation, rules, open, this.secure?.terms));
    this.say(this.stateMessage(true));
    this.awaitDeadline();
  }

  private awaitDeadline(): void {
    clearTimeout(this.deadline);
    const deadlineAtMs = (this.secure?.rounds ?? this.rounds.openRound)?.deadlineAtMs;
    if (deadlineAtMs === undefined || !this.running) return;
    const waitMs = Math.max(1, deadlineAtMs - performance.now());
    this.deadline = setTimeout(() => {
      this.step();
      this.awaitDeadline();
    }, waitMs);
  }

  private say(message: OutgoingMessage): void {
    this.send(message, "standing");
  }

  private readonly send = (message: OutgoingMessage, delivery: Delivery): void =>
    this.connection.send(message, delivery);

  private stateMessage(online: boolean): OutgoingMessage {
    return stateAnnouncement({
      version: 2,
      online,
      incarnation: this.incarnation,
      federation: this.history.federation,
      startedAtMs: this.startedAtMs,
      round: this.rounds.openRound?.round ?? 0,
      globalVersion: this.rounds.version,
      privacy: this.ledger?.statement ?? null,
      ...this.tally.told,
      expected: this.participants.expected(),
    });
  }

  private readonly refused = (reason: Refusal, topic: string, detail: string): void => {
    this.tally.refused(reason);
    const facts = { topic, reason: `${reason}: ${detail}` };
    this.refusalWarning.warn(performance.now(), "update refused", facts);
  };
}
