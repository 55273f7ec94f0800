import type { FederationGlobalHeader } from "../../core/messages/federation-global.ts";
import type { FederationRound } from "../../core/messages/federation-round.ts";
import type { UpdateFacts } from "../../core/messages/federation-update.ts";

export interface FederationStatus {
  /** The latest round answered; 0 before the first. */
  readonly round: number;
  /** The global model taken over; 0 before the first. */
  readonly globalVersion: number;
  readonly roundsJoined: number;
}

/**
 * An agent's side of federated rounds: answers every round once, on the base the round asks for, and
 * takes over newer global models only. Rounds name the federation; a new one starts the counts again.
 */
export class FederationClient {
  private readonly agent: string;
  private readonly incarnation: string;
  private openRound: FederationRound | undefined;
  private federation: string | undefined;
  private globalVersion = 0;
  private answeredRound = 0;
  private roundsJoined = 0;

  constructor(agent: string, incarnation: string) {
    this.agent = agent;
    this.incarnation = incarnation;
  }

  get status(): FederationStatus {
    return {
      round: this.answeredRound,
      globalVersion: this.globalVersion,
      roundsJoined: this.roundsJoined,
    };
  }

  roundOpened(round: FederationRound): void {
    if (round.federation !== this.federation) {
      this.federation = round.federation;
      this.globalVersion = 0;
      this.answeredRound = 0;
    }
    this.openRound = round;
    if (this.wasLost(round)) {
      this.answeredRound = round.round - 1;
      this.roundsJoined--;
    }
  }

  /** A round that was extended after this agent answered it, without its update. */
  private wasLost({ round, extensions, received }: FederationRound): boolean {
    return extensions > 0 && round === this.answeredRound && !received.includes(this.agent);
  }

  /**
   * True when the learner should load this model; `globalAdopted` follows once it has. Never before a
   * round has named the model's federation: what a broker retains may be of one that is gone.
   */
  wants({ federation, globalVersion }: FederationGlobalHeader): boolean {
    return federation === this.federation && globalVersion > this.globalVersion;
  }

  /** The learner goes on from this model. */
  globalAdopted({ federation, globalVersion }: FederationGlobalHeader): void {
    if (federation === this.federation) this.globalVersion = globalVersion;
  }

  /**
   * What to say of the update to send now that an episode ended, or undefined: no round is open, it was
   * answered, or its base is not the model this agent learns from.
   *
   * @param samples slots learned from since the base version; no more is said than the round takes
   */
  episodeEnded(samples: number): UpdateFacts | undefined {
    const open = this.openRound;
    if (open === undefined || open.budgetSpent) return undefined;
    if (open.round <= this.answeredRound) return undefined;
    if (open.baseVersion !== this.globalVersion) return undefined;
    this.answeredRound = open.round;
    this.roundsJoined++;
    const { federation, round, baseVersion, maxSamples } = open;
    const { agent, incarnation } = this;
    const told = Math.min(samples, maxSamples);
    return { federation, agent, incarnation, round, baseVersion, samples: told };
  }
}
