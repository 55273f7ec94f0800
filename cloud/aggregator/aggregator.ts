import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { aggregatorClientId } from "../../core/access/client-name.ts";
import { agentStateMessage } from "../../core/messages/agent-state.ts";
import { isCleared } from "../../core/messages/cleared.ts";
import { federationUpdateMessage } from "../../core/messages/federation-update.ts";
import { type Logger, ThrottledWarning } from "../../platform/log.ts";
import type { MqttConfig } from "../../platform/mqtt/mqtt-config.ts";
import { MqttConnection } from "../../platform/mqtt/mqtt-connection.ts";
import type { OutgoingMessage } from "../../platform/mqtt/outbox.ts";
import {
  globalAnnouncement,
  noGlobalAnnouncement,
  roundAnnouncement,
  stateAnnouncement,
} from "./announcements.ts";
import type { ModelStore } from "./model-store.ts";
import { Participants } from "./participants.ts";
import {
  type ClosedRound,
  type OpenRound,
  type Refusal,
  type RoundHistory,
  type RoundRules,
  Rounds,
} from "./round.ts";
import { type AggregatorSummary, Tally } from "./tally.ts";

export interface AggregatorOptions {
  readonly brokerUrl: string;
  readonly mqtt: MqttConfig;
  readonly rules: RoundRules;
  readonly store: ModelStore;
  readonly log: Logger;
}

interface RefusedUpdate {
  readonly reason: Refusal;
  readonly detail: string;
}

const saveRetryMs = 1000;

/** Runs federated rounds over MQTT: announces, collects, averages (17), saves, sends back (18). */
export class Aggregator {
  private readonly options: AggregatorOptions;
  private readonly history: RoundHistory;
  private readonly rounds: Rounds;
  private readonly participants: Participants;
  private readonly connection: MqttConnection;
  private readonly tally = new Tally();
  private readonly refusalWarning: ThrottledWarning;
  private readonly extensionWarning: ThrottledWarning;
  private readonly incarnation = randomUUID();
  private readonly startedAtMs = Date.now();
  private deadline: NodeJS.Timeout | undefined;
  private running = false;
  private publishing: Promise<void> = Promise.resolve();

  /** @param history what `store.open()` gave */
  constructor(options: AggregatorOptions, history: RoundHistory) {
    this.options = options;
    this.history = history;
    this.rounds = new Rounds(options.rules, history);
    this.participants = new Participants(options.rules.maxAgents);
    this.refusalWarning = new ThrottledWarning(options.log);
    this.extensionWarning = new ThrottledWarning(options.log, 10_000);
    this.connection = new MqttConnection({
      url: options.brokerUrl,
      clientId: aggregatorClientId,
      subscriptions: {
        [agentStateMessage.subscription]: agentStateMessage.qos,
        [federationUpdateMessage.subscription]: federationUpdateMessage.qos,
      },
      will: this.stateMessage(false),
      ...options.mqtt,
      streamCapacity: 0,
      uniform: Math.random,
      log: options.log,
      onMessage: (topic, payload) => this.receive(topic, payload),
    });
  }

  get summary(): AggregatorSummary {
    const { rounds, extensions, updatesAccepted, updatesRefused, statesRefused } = this.tally;
    const { bytesReceived, bytesSent } = this.connection.counters;
    return {
      rounds,
      globalVersion: this.rounds.version,
      extensions,
      updatesAccepted,
      updatesRefused,
      statesRefused,
      bytesReceived,
      bytesSent,
    };
  }

  start(): void {
    this.running = true;
    const { federation, latest } = this.history;
    this.say(
      latest === undefined ? noGlobalAnnouncement() : globalAnnouncement(federation, latest),
    );
    this.openRound();
    this.connection.start();
  }

  /** Saves a round that is closing, says goodbye, disconnects. */
  async stop(): Promise<void> {
    this.running = false;
    clearTimeout(this.deadline);
    await this.publishing;
    this.say(this.stateMessage(false));
    await this.connection.stop();
  }

  private receive(topic: string, payload: Uint8Array): void {
    if (!this.running) return;
    if (topic.startsWith("slotwise/federation/update/")) this.receiveUpdate(topic, payload);
    else this.receiveState(topic, payload);
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
      this.warnRefused("agent state refused", topic, String(error));
    }
  }

  private receiveUpdate(topic: string, payload: Uint8Array): void {
    const refusal = this.offer(topic, payload);
    if (refusal === undefined) this.tally.updatesAccepted++;
    else {
      this.tally.refused(refusal.reason);
      this.warnRefused("update refused", topic, refusal.detail);
    }
  }

  private offer(topic: string, payload: Uint8Array): RefusedUpdate | undefined {
    try {
      const { header, weights } = federationUpdateMessage.decode(payload);
      if (header.agent !== federationUpdateMessage.agentOf(topic)) {
        return { reason: "malformed", detail: `${header.agent} on another agent's topic` };
      }
      const { agent, incarnation } = header;
      const reason = this.rounds.offer(header, weights);
      if (reason === "late") this.participants.answeredLate(agent, incarnation);
      if (reason !== undefined) return { reason, detail: `${reason}, round ${header.round}` };
      this.participants.answered(agent, incarnation);
      return undefined;
    } catch (error) {
      return { reason: "malformed", detail: String(error) };
    }
  }

  private step(): void {
    if (!this.running) return;
    const outcome = this.rounds.step(performance.now(), this.participants.expected());
    if (outcome === "extended") this.extend();
    else if (outcome !== "waiting") this.publishing = this.finish(outcome);
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

  /** The model is on disk before anyone hears of its version, so versions never go back. */
  private async finish(closed: ClosedRound): Promise<void> {
    this.tally.rounds++;
    this.participants.closed(closed.contributors);
    while (!(await this.saved(closed)) && this.running) await delay(saveRetryMs);
    if (!this.running) return;
    this.say(globalAnnouncement(this.history.federation, closed));
    this.options.log.debug(
      { round: closed.round, contributors: closed.contributors },
      "round closed",
    );
    this.openRound();
  }

  private async saved(closed: ClosedRound): Promise<boolean> {
    try {
      await this.options.store.save(this.history.federation, closed);
      return true;
    } catch (error) {
      this.options.log.error({ reason: String(error) }, "global model not saved, trying again");
      return false;
    }
  }

  private openRound(): void {
    this.announce(this.rounds.open(performance.now()));
  }

  private announce(open: OpenRound): void {
    const { rules } = this.options;
    this.say(roundAnnouncement(this.history.federation, rules, open));
    this.say(this.stateMessage(true));
    this.awaitDeadline();
  }

  private awaitDeadline(): void {
    clearTimeout(this.deadline);
    const open = this.rounds.openRound;
    if (open === undefined || !this.running) return;
    this.deadline = setTimeout(
      () => {
        this.step();
        this.awaitDeadline();
      },
      Math.max(1, open.deadlineAtMs - performance.now()),
    );
  }

  private say(message: OutgoingMessage): void {
    this.connection.send(message, "standing");
  }

  private stateMessage(online: boolean): OutgoingMessage {
    const { rounds, extensions, updatesAccepted, updatesRefused } = this.tally;
    return stateAnnouncement({
      version: 1,
      online,
      incarnation: this.incarnation,
      federation: this.history.federation,
      startedAtMs: this.startedAtMs,
      round: this.rounds.openRound?.round ?? 0,
      globalVersion: this.rounds.version,
      roundsClosed: rounds,
      extensions,
      updatesAccepted,
      updatesRefused: { ...updatesRefused },
      expected: this.participants.expected(),
    });
  }

  private warnRefused(message: string, topic: string, reason: string): void {
    this.refusalWarning.warn(performance.now(), message, { topic, reason });
  }
}
