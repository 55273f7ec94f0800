import type { FederationUpdateHeader } from "../../core/messages/federation-update.ts";
import { aggregate } from "../../core/weights/aggregation.ts";
import { rebase } from "../../core/weights/rebase.ts";
import type { Weights } from "../../core/weights/tensor.ts";
import { foundingUpdates } from "./first-round.ts";
import { judgeWeights } from "./judge-weights.ts";
import type {
  ClosedRound,
  FederatedRounds,
  OpenRound,
  RoundHistory,
  RoundRules,
  Screening,
  Settle,
  Update,
} from "./round.ts";
import { maxStalenessOf } from "./rounds-mode.ts";

/** What was taken of an agent last. */
interface Taken {
  readonly baseVersion: number;
  readonly sha256: string;
}

/** How much of a change counts that was learned `staleness` versions ago: 1/√(1 + τ). */
function discount(staleness: number): number {
  return 1 / Math.sqrt(1 + staleness);
}

/**
 * Buffered asynchronous aggregation (FedBuff, Nguyen et al., AISTATS 2022) as a state machine; time on
 * any monotonic clock in ms is passed in.
 *
 * A round is the filling of a buffer: it closes as soon as a quorum of agents has an update in it,
 * whoever they are. An update may build on any of the latest `maxStaleness` + 1 models; its change is
 * discounted by its staleness and put on the current one, where the aggregation rule finds it. An agent
 * has at most one update in a buffer, and one from each base. Of rounds before the start nothing is
 * taken: what was in them is in the model, or lost.
 */
export class BufferedRounds implements FederatedRounds {
  private readonly rules: RoundRules;
  private readonly settle: Settle;
  private readonly federation: string;
  private readonly firstRound: number;
  private readonly bases = new Map<number, Weights>();
  private readonly buffer = new Map<string, Update>();
  private readonly taken = new Map<string, Taken>();
  private round: number;
  private globalVersion: number;
  private current: OpenRound | undefined;

  constructor(rules: RoundRules, history: RoundHistory, settle: Settle = (aggregate) => aggregate) {
    const { federation, round, latest } = history;
    this.rules = rules;
    this.settle = settle;
    this.federation = federation;
    this.firstRound = round + 1;
    this.round = round;
    this.globalVersion = latest?.globalVersion ?? 0;
    if (latest !== undefined) this.bases.set(latest.globalVersion, latest.global);
  }

  get openRound(): OpenRound | undefined {
    return this.current;
  }

  get version(): number {
    return this.globalVersion;
  }

  get idle(): boolean {
    return this.current !== undefined && this.buffer.size === 0;
  }

  adopt(model: Weights): ClosedRound {
    return this.closeWith(model, []);
  }

  baseOf(globalVersion: number): Weights | undefined {
    return this.bases.get(globalVersion);
  }

  open(nowMs: number): OpenRound {
    this.round++;
    this.current = {
      round: this.round,
      baseVersion: this.globalVersion,
      deadlineAtMs: nowMs + this.rules.deadlineMs,
      extensions: 0,
      received: [...this.buffer.keys()],
      budgetSpent: false,
    };
    return this.current;
  }

  /** Updates go on coming while a model is being saved: they are of the next buffer. */
  screen(header: FederationUpdateHeader): Screening {
    const { baseVersion, round, samples } = header;
    if (header.federation !== this.federation) return "foreign";
    if (round > this.round) return "future";
    if (round < this.firstRound) return "late";
    const taken = this.takenBefore(header);
    if (taken !== undefined) return taken;
    if (baseVersion > this.globalVersion) return "stale-base";
    if (baseVersion < this.globalVersion && !this.bases.has(baseVersion)) return "too-stale";
    if (samples > this.rules.maxSamples) return "overweight";
    if (this.buffer.size >= this.rules.maxAgents) return "crowded";
    return undefined;
  }

  offer(header: FederationUpdateHeader, weights: Weights): Screening {
    const { agent, samples, baseVersion, content } = header;
    const base = this.baseOf(baseVersion);
    const refusal = this.screen(header) ?? judgeWeights(weights, base, this.rules.maxChange);
    if (refusal !== undefined) return refusal;
    const { sha256 } = content;
    this.taken.set(agent, { baseVersion, sha256 });
    const share = discount(this.globalVersion - baseVersion);
    const to = this.baseOf(this.globalVersion);
    const moved = base && to && base !== to ? rebase(weights, base, to, share) : weights;
    this.buffer.set(agent, { agent, sha256, samples, weights: moved });
    return undefined;
  }

  /** After a deadline without a quorum the round says whose updates it has, as others' may be lost. */
  step(nowMs: number): "waiting" | "extended" | ClosedRound {
    const { current } = this;
    if (current === undefined) return "waiting";
    const usable = this.usable();
    if (usable.length >= this.rules.quorum) {
      const base = this.baseOf(this.globalVersion);
      return this.closeWith(aggregate(this.rules.aggregation, usable, base), usable);
    }
    if (nowMs < current.deadlineAtMs) return "waiting";
    this.current = {
      ...current,
      deadlineAtMs: nowMs + this.rules.deadlineMs,
      extensions: current.extensions + 1,
      received: [...this.buffer.keys()],
    };
    return "extended";
  }

  private takenBefore({ agent, baseVersion, content }: FederationUpdateHeader): Screening {
    const last = this.taken.get(agent);
    if (last !== undefined && last.baseVersion >= baseVersion) {
      return last.sha256 === content.sha256 ? "repeated" : "duplicate";
    }
    return this.buffer.has(agent) ? "duplicate" : undefined;
  }

  private usable(): readonly Update[] {
    const updates = [...this.buffer.values()];
    const { quorum, maxChange } = this.rules;
    if (this.globalVersion > 0 || updates.length < quorum) return updates;
    return foundingUpdates(updates, maxChange);
  }

  private closeWith(aggregate: Weights, updates: readonly Update[]): ClosedRound {
    const global = this.settle(aggregate, this.baseOf(this.globalVersion));
    this.globalVersion++;
    this.current = undefined;
    this.buffer.clear();
    this.keep(global);
    return {
      round: this.round,
      globalVersion: this.globalVersion,
      global,
      contributors: updates.map(({ agent }) => agent),
      samples: updates.reduce((sum, { samples }) => sum + samples, 0),
    };
  }

  /** What builds on a base that is gone is refused by its header, so nobody has to be remembered for it. */
  private keep(global: Weights): void {
    const oldest = this.globalVersion - maxStalenessOf(this.rules.rounds);
    this.bases.set(this.globalVersion, global);
    for (const version of this.bases.keys()) if (version < oldest) this.bases.delete(version);
    for (const [agent, { baseVersion }] of this.taken) {
      if (!this.bases.has(baseVersion)) this.taken.delete(agent);
    }
  }
}
