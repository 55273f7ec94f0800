import type { FederationUpdateHeader } from "../../../core/messages/federation-update.ts";
import { movedByMean, valueCount } from "../../../core/secure-aggregation/fixed-point.ts";
import { distance, norm } from "../../../core/weights/norm.ts";
import type { Weights } from "../../../core/weights/tensor.ts";
import type { PrivacyLedger } from "../privacy-ledger.ts";
import type { ClosedRound, OpenRound, Rounds, Screening } from "../round.ts";
import {
  type Abandonment,
  SecureRound,
  type SecureRoundRules,
  type SecureVoice,
} from "./secure-round.ts";

/** What rounding to float32 may add to a mean's norm. */
const roundingShare = 1e-3;

export interface SecureRoundsOptions {
  readonly federation: string;
  readonly rules: SecureRoundRules & { readonly maxChange: number };
  /** Numbers, models and versions; its own way of taking updates is not used. */
  readonly rounds: Rounds;
  /** Largest norm of a change, which agents cut to; null: not cut. */
  readonly clipNorm: number | null;
  readonly ledger: PrivacyLedger | undefined;
  readonly voice: SecureVoice;
}

/**
 * Rounds of secure aggregation: one after the other, each with members and masks of its own. What comes of
 * one is the mean of its survivors' changes with equal weights.
 */
export class SecureRounds {
  private readonly options: SecureRoundsOptions;
  private current: SecureRound | undefined;

  constructor(options: SecureRoundsOptions) {
    this.options = options;
  }

  /** The round that is open, of this number. */
  roundOf(round: number): SecureRound | undefined {
    return this.options.rounds.openRound?.round === round ? this.current : undefined;
  }

  open(nowMs: number): OpenRound {
    const { rounds, rules, federation, voice } = this.options;
    const open = rounds.open(nowMs);
    const name = { federation, round: open.round };
    const values = valueCount(this.base);
    this.current = open.budgetSpent
      ? undefined
      : new SecureRound(rules, name, values, voice, nowMs);
    return open;
  }

  get deadlineAtMs(): number | undefined {
    return this.options.rounds.openRound && this.current?.deadlineAtMs;
  }

  /** The open round gives no model; tells who had an update for it. Nothing is taken until the next opens. */
  abandon(): string[] {
    const announced = this.current?.announced ?? [];
    this.current = undefined;
    return announced;
  }

  screen(header: FederationUpdateHeader): Screening {
    const screening = this.options.rounds.screen(header);
    if (screening !== undefined) return screening;
    const { agent, content } = header;
    const sha256 = this.current?.survivors.get(agent);
    if (sha256 !== undefined) return sha256 === content.sha256 ? "repeated" : "duplicate";
    if (content.encoding !== "masked") return "unmasked";
    return this.current?.takes(agent) ? undefined : "outsider";
  }

  /** Takes a masked update into the sum, or tells why not and changes nothing. */
  offer(header: FederationUpdateHeader, content: Uint8Array): Screening {
    const refusal = this.screen(header);
    if (refusal !== undefined) return refusal;
    const update = new Uint32Array(Uint8Array.from(content).buffer);
    if (update.length !== valueCount(this.base)) return "mismatched";
    this.current?.maskedArrived(header.agent, header.content.sha256, update);
    return undefined;
  }

  /**
   * What has become of the open round: nothing new, more time for those who have not come, or its end,
   * with a model or without.
   */
  step(
    nowMs: number,
    expected: readonly string[],
  ): "waiting" | "extended" | Abandonment | ClosedRound {
    const { rounds } = this.options;
    const open = rounds.openRound;
    if (open === undefined || this.current === undefined) return "waiting";
    const outcome = this.current.step(nowMs, expected);
    if (outcome === "extended") rounds.extend(open, nowMs, this.current.announced);
    return typeof outcome === "string" ? outcome : this.close(outcome);
  }

  /** A false share or a lie of any size shows in the sum, but not whose it is. */
  private close(sum: Uint32Array): Abandonment | ClosedRound {
    const { rounds, ledger, clipNorm, rules } = this.options;
    const updates = [...(this.current?.survivors ?? [])].map(([agent, sha256]) => ({
      agent,
      sha256,
    }));
    const mean = movedByMean(this.base, sum, updates.length);
    const largest = clipNorm ?? rules.maxChange * Math.max(1, norm(this.base));
    if (distance(mean, this.base) > largest * (1 + roundingShare)) return "oversize";
    return rounds.closeWith(ledger?.noised(mean, updates.length) ?? mean, updates);
  }

  private get base(): Weights {
    const { rounds } = this.options;
    return rounds.baseOf(rounds.version) as Weights;
  }
}
