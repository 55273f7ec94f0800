import type { FederationGlobalHeader } from "../../core/messages/federation-global.ts";
import type { FederationRound } from "../../core/messages/federation-round.ts";
import type { UpdateFacts } from "../../core/messages/federation-update.ts";
import type { Weights } from "../../core/weights/tensor.ts";

export interface FederationStatus {
  /** The latest round answered; 0 before the first. */
  readonly round: number;
  /** The global model taken over; 0 before the first. */
  readonly globalVersion: number;
  readonly roundsJoined: number;
}

/** A global model that has arrived. */
export interface GlobalModel {
  readonly header: FederationGlobalHeader;
  readonly weights: Weights;
}

/** The update sent last: for which round, from which base, and what the latest model was then. */
interface Answered {
  readonly round: number;
  readonly baseVersion: number;
  readonly latestVersion: number;
}

const nothingAnswered: Answered = { round: 0, baseVersion: -1, latestVersion: -1 };

/**
 * An agent's side of federated rounds: answers every round once, on a base the round takes, and takes
 * over newer global models only. Rounds name the federation; a new one starts the counts again.
 *
 * Where rounds take older bases, a model that arrives before this agent has sent what it learned from
 * its base waits until it has; one base is answered from once, unless that update was lost.
 */
export class FederationClient {
  private readonly agent: string;
  private readonly incarnation: string;
  private openRound: FederationRound | undefined;
  private federation: string | undefined;
  private globalVersion = 0;
  private answered = nothingAnswered;
  private waiting: GlobalModel | undefined;
  private roundsJoined = 0;

  constructor(agent: string, incarnation: string) {
    this.agent = agent;
    this.incarnation = incarnation;
  }

  get status(): FederationStatus {
    return {
      round: this.answered.round,
      globalVersion: this.globalVersion,
      roundsJoined: this.roundsJoined,
    };
  }

  roundOpened(round: FederationRound): void {
    if (round.federation !== this.federation) {
      this.federation = round.federation;
      this.globalVersion = 0;
      this.answered = nothingAnswered;
      this.waiting = undefined;
    }
    this.openRound = round;
    if (this.wasLost(round)) {
      this.answered = { ...this.answered, round: round.round - 1 };
      this.roundsJoined--;
    }
  }

  /** A round that was extended after this agent answered it, without its update. */
  private wasLost({ round, extensions, received }: FederationRound): boolean {
    return extensions > 0 && round === this.answered.round && !received.includes(this.agent);
  }

  /**
   * Never before a round has named the model's federation: what a broker retains may be of one that is
   * gone.
   */
  wants({ federation, globalVersion }: FederationGlobalHeader): boolean {
    return federation === this.federation && globalVersion > this.globalVersion;
  }

  /** @returns the model when the learner should load it now; `globalAdopted` follows once it has */
  globalArrived(model: GlobalModel): GlobalModel | undefined {
    if (!this.wants(model.header)) return undefined;
    this.waiting = this.canWait(model.header) ? model : undefined;
    return this.waiting === undefined ? model : undefined;
  }

  /** @returns the model that waited for the update, to be loaded now that it is sent */
  globalDue(): GlobalModel | undefined {
    const model = this.waiting;
    this.waiting = undefined;
    return model;
  }

  /** What was learned from the present base was not sent, and will count even then. */
  private canWait({ globalVersion }: FederationGlobalHeader): boolean {
    const maxStaleness = this.openRound?.maxStaleness ?? 0;
    const base = this.globalVersion;
    if (base === 0 || base === this.answered.baseVersion) return false;
    return globalVersion - base <= maxStaleness;
  }

  /** The learner goes on from this model. */
  globalAdopted({ federation, globalVersion }: FederationGlobalHeader): void {
    if (federation === this.federation) this.globalVersion = globalVersion;
  }

  /**
   * What to say of the update to send now that an episode ended, or undefined: no round is open, it was
   * answered, or it does not take the base this agent learns from.
   *
   * @param samples slots learned from since the base version; no more is said than the round takes
   */
  episodeEnded(samples: number): UpdateFacts | undefined {
    const open = this.openRound;
    if (open === undefined || open.budgetSpent) return undefined;
    if (open.round <= this.answered.round || !this.mayBuildOn(open)) return undefined;
    const { federation, round, maxSamples } = open;
    const baseVersion = this.globalVersion;
    this.answered = { round, baseVersion, latestVersion: open.baseVersion };
    this.roundsJoined++;
    const { agent, incarnation } = this;
    const told = Math.min(samples, maxSamples);
    return { federation, agent, incarnation, round, baseVersion, samples: told };
  }

  private mayBuildOn({ baseVersion: latest, maxStaleness }: FederationRound): boolean {
    const base = this.globalVersion;
    const counted = base === this.answered.baseVersion && latest > this.answered.latestVersion;
    if (counted || (base === 0 && latest > 0)) return false;
    return base <= latest && latest - base <= maxStaleness;
  }
}
