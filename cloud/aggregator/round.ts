import type { Refusal } from "../../core/messages/federation-answer.ts";
import type { FederationUpdateHeader } from "../../core/messages/federation-update.ts";
import { type Aggregation, aggregate } from "../../core/weights/aggregation.ts";
import type { Encoding } from "../../core/weights/encoding.ts";
import type { Weights } from "../../core/weights/tensor.ts";
import { foundingUpdates } from "./first-round.ts";
import { judgeWeights } from "./judge-weights.ts";
import type { PrivacyLedger } from "./privacy-ledger.ts";
import type { RoundsMode } from "./rounds-mode.ts";

export interface RoundRules {
  /** Updates a global model is made of, at least. */
  readonly quorum: number;
  readonly deadlineMs: number;
  readonly rounds: RoundsMode;
  /** Updates kept in a round, at most. */
  readonly maxAgents: number;
  /** Largest sample count of an update. */
  readonly maxSamples: number;
  /** Largest norm of an update's change, as a multiple of its base's norm (of 1, if that is more). */
  readonly maxChange: number;
  readonly aggregation: Aggregation;
  /** Forms an update may have, the preferred one first. */
  readonly encodings: readonly Encoding[];
}

/** What becomes of an aggregate before it is the global model: the form that can be sent. */
export type Settle = (aggregate: Weights, base: Weights | undefined) => Weights;

/** Where an aggregator stands between two rounds. */
export interface RoundHistory {
  readonly federation: string;
  /** The latest round that may have been announced. */
  readonly round: number;
  /** The round the latest global model came from; undefined while there is none. */
  readonly latest: ClosedRound | undefined;
}

export interface OpenRound {
  readonly round: number;
  readonly baseVersion: number;
  readonly deadlineAtMs: number;
  readonly extensions: number;
  /** Whose updates were in when the round was opened or extended. */
  readonly received: readonly string[];
  /** It takes no updates, and no other round will: the privacy budget is spent. */
  readonly budgetSpent: boolean;
}

/** What a closed round brought: equation (17) over its contributors, none of which may own it. */
export interface ClosedRound {
  readonly round: number;
  readonly globalVersion: number;
  readonly global: Weights;
  readonly contributors: readonly string[];
  /** Slots their updates were learned from, as they say; undefined where that is not known. */
  readonly samples?: number | undefined;
  /** Privacy spent on this model and all before, as zero-concentrated differential privacy; undefined without any. */
  readonly rho?: number | undefined;
}

/** Where an update stands before its weights are looked at; `repeated`: it is in its round already. */
export type Screening = Refusal | "repeated" | undefined;

/** Whose update is in a round, and which. */
interface Contribution {
  readonly agent: string;
  readonly sha256: string;
  /** Slots it was learned from; undefined where they do not count. */
  readonly samples?: number;
}

export interface Update extends Contribution {
  readonly weights: Weights;
  readonly samples: number;
}

/** Federated rounds as an aggregator and its intake see them. */
export interface FederatedRounds {
  /** Undefined between `step` closing a round and `open`. */
  readonly openRound: OpenRound | undefined;
  readonly version: number;
  /** The next round; without budget for another, the one before as it is to be announced from now on. */
  open(nowMs: number): OpenRound;
  /** A round is open that has no updates. */
  readonly idle: boolean;
  /** The open round ends without updates, and the next builds on this model. */
  adopt(model: Weights): ClosedRound;
  /** The model of this version, if updates may build on it. */
  baseOf(globalVersion: number): Weights | undefined;
  /** Judges an update by what its header says; undefined when its weights decide. */
  screen(header: FederationUpdateHeader): Screening;
  /** Takes an update in, or tells why not and changes nothing. */
  offer(header: FederationUpdateHeader, weights: Weights): Screening;
  /**
   * What has become of the open round: nothing new, an extension, or its end.
   *
   * @param expected who is there to answer
   */
  step(nowMs: number, expected: readonly string[]): "waiting" | "extended" | ClosedRound;
}

/**
 * Synchronous rounds as a state machine; time on any monotonic clock in ms is passed in.
 *
 * A round closes when everyone it waits for has answered, or when its deadline has passed, with at
 * least a quorum of updates; without a quorum at the deadline it is extended by another deadline and
 * keeps what it has. While there is no global model, `foundingUpdates` says which updates may make one.
 */
export class Rounds implements FederatedRounds {
  private readonly rules: RoundRules;
  private readonly settle: Settle;
  private readonly ledger: PrivacyLedger | undefined;
  private readonly federation: string;
  private readonly updates = new Map<string, Update>();
  /** Content by agent of the round before. */
  private previous: ReadonlyMap<string, string> = new Map();
  private base: Weights | undefined;
  private round: number;
  private globalVersion: number;
  private closedRound = 0;
  private current: OpenRound | undefined;

  /** @param ledger where models are private; only with a global model to begin with */
  constructor(
    rules: RoundRules,
    history: RoundHistory,
    settle: Settle = (aggregate) => aggregate,
    ledger?: PrivacyLedger,
  ) {
    this.rules = rules;
    this.settle = settle;
    this.ledger = ledger;
    this.federation = history.federation;
    this.round = history.round;
    this.globalVersion = history.latest?.globalVersion ?? 0;
    this.base = history.latest?.global;
  }

  get openRound(): OpenRound | undefined {
    return this.current;
  }

  get version(): number {
    return this.globalVersion;
  }

  open(nowMs: number): OpenRound {
    const budgetSpent = this.ledger?.exhausted ?? false;
    if (!budgetSpent) this.round++;
    this.updates.clear();
    const opened = {
      round: this.round,
      baseVersion: this.globalVersion,
      deadlineAtMs: nowMs + this.rules.deadlineMs,
      extensions: 0,
      received: [],
      budgetSpent,
    };
    this.current = budgetSpent ? undefined : opened;
    return opened;
  }

  get idle(): boolean {
    return this.current !== undefined && this.updates.size === 0;
  }

  adopt(model: Weights): ClosedRound {
    return this.closeWith(model, []);
  }

  baseOf(globalVersion: number): Weights | undefined {
    return globalVersion === this.globalVersion ? this.base : undefined;
  }

  screen(header: FederationUpdateHeader): Screening {
    if (header.federation !== this.federation) return "foreign";
    if (header.round > this.round) return "future";
    if (this.has(header)) return "repeated";
    if (header.round < this.round || this.current === undefined) return "late";
    if (this.updates.has(header.agent)) return "duplicate";
    if (header.baseVersion !== this.globalVersion) return "stale-base";
    if (header.samples > this.rules.maxSamples) return "overweight";
    if (this.updates.size >= this.rules.maxAgents) return "crowded";
    return undefined;
  }

  offer(header: FederationUpdateHeader, weights: Weights): Screening {
    const refusal = this.screen(header) ?? judgeWeights(weights, this.base, this.maxChange);
    if (refusal !== undefined) return refusal;
    const { agent, samples, content } = header;
    this.updates.set(agent, { agent, sha256: content.sha256, weights, samples });
    return undefined;
  }

  step(nowMs: number, expected: readonly string[]): "waiting" | "extended" | ClosedRound {
    const current = this.current;
    if (current === undefined) return "waiting";
    const overdue = nowMs >= current.deadlineAtMs;
    const complete = expected.every((agent) => this.updates.has(agent));
    if (!overdue && !complete) return "waiting";
    const received = [...this.updates.values()];
    const usable =
      this.base === undefined ? foundingUpdates(received, this.rules.maxChange) : received;
    if (usable.length >= this.rules.quorum) return this.closeWith(this.combine(usable), usable);
    if (!overdue) return "waiting";
    this.extend(current, nowMs, [...this.updates.keys()]);
    return "extended";
  }

  /** Another deadline for a round that has too few updates. */
  extend(open: OpenRound, nowMs: number, received: readonly string[]): void {
    const deadlineAtMs = nowMs + this.rules.deadlineMs;
    this.current = { ...open, deadlineAtMs, extensions: open.extensions + 1, received };
  }

  /** The open round ends with this mean of these updates. */
  closeWith(mean: Weights, updates: readonly Contribution[]): ClosedRound {
    const global = this.settle(mean, this.base);
    this.base = global;
    this.previous = new Map(updates.map(({ agent, sha256 }) => [agent, sha256]));
    this.globalVersion++;
    this.current = undefined;
    this.closedRound = this.round;
    this.updates.clear();
    return {
      round: this.round,
      globalVersion: this.globalVersion,
      global,
      contributors: updates.map(({ agent }) => agent),
      samples: updates.reduce((sum, { samples = 0 }) => sum + samples, 0),
      ...(this.ledger && { rho: this.ledger.rho }),
    };
  }

  private combine(updates: readonly Update[]): Weights {
    const { ledger, base } = this;
    if (ledger === undefined) return aggregate(this.rules.aggregation, updates, base);
    return ledger.mean(
      updates.map(({ weights }) => weights),
      base,
    );
  }

  private has({ agent, round, content }: FederationUpdateHeader): boolean {
    const open = round === this.round && this.current !== undefined;
    const taken = open ? this.updates.get(agent)?.sha256 : this.previous.get(agent);
    return taken === content.sha256 && (open || round === this.closedRound);
  }

  /** Where models are private, a large change is clipped, not refused. */
  private get maxChange(): number {
    return this.ledger === undefined ? this.rules.maxChange : Number.POSITIVE_INFINITY;
  }
}
