import type { FederationKeys, Member } from "../../../core/messages/federation-keys.ts";
import type { FederationRoster } from "../../../core/messages/federation-roster.ts";
import type { FederationSurvivors } from "../../../core/messages/federation-survivors.ts";
import type { FederationUnmasking } from "../../../core/messages/federation-unmasking.ts";
import type { SealedShares } from "../../../core/messages/sealed-shares.ts";
import { maxMembers } from "../../../core/secure-aggregation/fixed-point.ts";
import { addTo } from "../../../core/secure-aggregation/residues.ts";
import type { RoundName } from "../../../platform/secure-aggregation/mask.ts";
import { unmask } from "./unmask.ts";

export interface SecureRoundRules {
  /** Updates in a sum, at least. */
  readonly quorum: number;
  /** Share of the members that have to survive; over a half. */
  readonly threshold: number;
  /** What each phase waits for those who do not answer. */
  readonly deadlineMs: number;
}

/** What the aggregator says in a secure round. */
export interface SecureVoice {
  roster(roster: FederationRoster): void;
  inbox(agent: string, shares: SealedShares): void;
  survivors(survivors: FederationSurvivors): void;
}

/**
 * Why a round ends without a model: fewer than the threshold are left; shares do not give the key of one
 * that was lost; the sum is larger than honest updates make it.
 */
export type Abandonment = "too-few" | "false-shares" | "oversize";

/** Nothing new; more time for members to come; the end, with the sum of the survivors' updates or without. */
type SecureStep = "waiting" | "extended" | Abandonment | Uint32Array;

type Phase = "keys" | "shares" | "masking" | "unmasking";

/**
 * The aggregator's part in one round of secure aggregation (Bonawitz et al., CCS 2017, Figure 4) as a
 * state machine; time on any monotonic clock in ms is passed in. Agents may be lost in every phase:
 * before they shared, nobody misses them; after, survivors' shares take their masks off. With fewer than
 * the threshold the round is abandoned, and nothing of it can be read.
 */
export class SecureRound {
  private readonly rules: SecureRoundRules;
  private readonly name: RoundName;
  private readonly voice: SecureVoice;
  private readonly sum: Uint32Array;
  private readonly keys = new Map<string, Member>();
  private readonly sealed = new Map<string, ReadonlyMap<string, string>>();
  private readonly masked = new Map<string, string>();
  private readonly unmaskings = new Map<string, FederationUnmasking>();
  private members: readonly Member[] = [];
  private threshold = Number.POSITIVE_INFINITY;
  private phase: Phase = "keys";
  private deadlineMs: number;

  /** @param values of every update */
  constructor(
    rules: SecureRoundRules,
    name: RoundName,
    values: number,
    voice: SecureVoice,
    nowMs: number,
  ) {
    this.rules = rules;
    this.name = name;
    this.voice = voice;
    this.sum = new Uint32Array(values);
    this.deadlineMs = nowMs + rules.deadlineMs;
  }

  /** When the phase ends without those who are missing. */
  get deadlineAtMs(): number {
    return this.deadlineMs;
  }

  /** Who has announced an update. */
  get announced(): string[] {
    return [...this.keys.keys()];
  }

  /** SHA-256 of the masked update by agent. */
  get survivors(): ReadonlyMap<string, string> {
    return this.masked;
  }

  /** False when the roster is full of others. */
  keysArrived({ member }: FederationKeys): boolean {
    if (this.phase !== "keys") return true;
    if (this.isFull && !this.keys.has(member.agent)) return false;
    this.keys.set(member.agent, member);
    return true;
  }

  /** Shares that come again want the answer again. */
  sharesArrived(agent: string, { shares }: SealedShares): void {
    const known = this.members.some((member) => member.agent === agent);
    if (this.phase === "masking" && this.sealed.has(agent)) this.giveInbox(agent);
    if (this.phase !== "shares" || !known) return;
    const sealed = new Map(shares.map((share) => [share.agent, share.sealed]));
    const complete = this.members.every(
      (member) => member.agent === agent || sealed.has(member.agent),
    );
    if (complete) this.sealed.set(agent, sealed);
  }

  /** Whether this agent's masked update can be in the sum. */
  takes(agent: string): boolean {
    return this.phase === "masking" && this.sealed.has(agent) && !this.masked.has(agent);
  }

  /** Only of one that `takes` has let through, with as many values as the round is for. */
  maskedArrived(agent: string, sha256: string, update: Uint32Array): void {
    addTo(this.sum, update);
    this.masked.set(agent, sha256);
  }

  unmaskingArrived(agent: string, unmasking: FederationUnmasking): void {
    if (this.phase !== "unmasking" || !this.masked.has(agent)) return;
    const { selfMasks, maskingKeys } = unmasking;
    const whole =
      coversOnce(selfMasks, [...this.masked.keys()]) &&
      coversOnce(
        maskingKeys,
        this.lost.map((member) => member.agent),
      );
    if (whole && this.unmaskings.size < this.threshold) this.unmaskings.set(agent, unmasking);
  }

  /** @param expected who is there to answer */
  step(nowMs: number, expected: readonly string[]): SecureStep {
    const overdue = nowMs >= this.deadlineMs;
    switch (this.phase) {
      case "keys":
        return this.stepKeys(nowMs, overdue, expected);
      case "shares":
        if (!overdue && this.waitsFor(this.sealed, this.memberNames, expected)) return "waiting";
        return this.goOn("masking", nowMs, this.sealed.size);
      case "masking":
        if (!overdue && this.waitsFor(this.masked, [...this.sealed.keys()], expected))
          return "waiting";
        return this.goOn("unmasking", nowMs, this.masked.size);
      case "unmasking":
        if (this.unmaskings.size >= this.threshold) return this.unmasked();
        return overdue ? "too-few" : "waiting";
    }
  }

  private stepKeys(nowMs: number, overdue: boolean, expected: readonly string[]): SecureStep {
    const complete = this.isFull || expected.every((agent) => this.keys.has(agent));
    if (!overdue && !complete) return "waiting";
    if (this.keys.size < this.rules.quorum) {
      if (overdue) this.deadlineMs = nowMs + this.rules.deadlineMs;
      return overdue ? "extended" : "waiting";
    }
    this.members = [...this.keys.values()];
    const share = Math.ceil(this.rules.threshold * this.members.length);
    this.threshold = Math.max(this.rules.quorum, share);
    const members = [...this.members];
    this.voice.roster({ version: 1, ...this.name, threshold: this.threshold, members });
    return this.goOn("shares", nowMs, members.length);
  }

  private get isFull(): boolean {
    return this.keys.size >= maxMembers;
  }

  private get memberNames(): string[] {
    return this.members.map(({ agent }) => agent);
  }

  private waitsFor(
    there: ReadonlyMap<string, unknown>,
    those: readonly string[],
    expected: readonly string[],
  ): boolean {
    return those.some((agent) => expected.includes(agent) && !there.has(agent));
  }

  private goOn(phase: Phase, nowMs: number, left: number): SecureStep {
    if (left < this.threshold) return "too-few";
    this.phase = phase;
    this.deadlineMs = nowMs + this.rules.deadlineMs;
    if (phase === "masking") for (const agent of this.sealed.keys()) this.giveInbox(agent);
    if (phase === "unmasking") {
      this.voice.survivors({ version: 1, ...this.name, survivors: [...this.masked.keys()] });
    }
    return "waiting";
  }

  private giveInbox(agent: string): void {
    const shares = [...this.sealed]
      .filter(([sender]) => sender !== agent)
      .map(([sender, sealed]) => ({ agent: sender, sealed: sealed.get(agent) as string }));
    this.voice.inbox(agent, { version: 1, ...this.name, shares });
  }

  /** Members that others have masked with, and whose update did not come. */
  private get lost(): Member[] {
    return this.members.filter(({ agent }) => this.sealed.has(agent) && !this.masked.has(agent));
  }

  private unmasked(): SecureStep {
    const { name, members, lost, sum } = this;
    const survivors = new Set(this.masked.keys());
    return unmask({ name, members, survivors, lost, sum }, this.unmaskings) ?? "false-shares";
  }
}

function coversOnce(
  shares: readonly { readonly agent: string }[],
  agents: readonly string[],
): boolean {
  const named = new Set(shares.map(({ agent }) => agent));
  return shares.length === agents.length && agents.every((agent) => named.has(agent));
}
