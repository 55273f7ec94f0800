import type { Envelope } from "../../core/allocation/envelope.ts";
import type { Policy } from "../../core/policy.ts";
import { before } from "./before.ts";
import type { Exploration } from "./exploration.ts";
import type { Decider, FallbackReason, Fault } from "./slot-outcome.ts";

/** The action of last resort: total, immediate, inside the envelope's form. */
type SafePolicy = (lastObservation: Float64Array | undefined) => ArrayLike<number>;

export interface Decision {
  /** The slot's own observation, undefined where none of use came. */
  readonly observation: Float64Array | undefined;
  readonly action: Float64Array;
  readonly decider: Decider;
  readonly fallback: FallbackReason | undefined;
  readonly altered: boolean;
  readonly fault: Fault | undefined;
}

export interface DeciderParts {
  readonly envelope: Envelope;
  readonly safePolicy: SafePolicy;
  readonly observationLength: number;
  readonly exploration: Exploration | undefined;
  /** Monotonic clock, ns. */
  readonly nowNs: () => bigint;
}

type BoundedDecision = Omit<Decision, "observation">;

type Proposal =
  | { readonly decider: "policy" | "exploration"; readonly values: ArrayLike<number> }
  | { readonly fallback: FallbackReason; readonly fault?: Fault };

const unusable = { "non-finite": "non-finite", "wrong-length": "inference-failed" } as const;

/**
 * Turns an observation into an action inside the envelope: the policy's where it answers in time
 * with finite numbers, the safe policy's on the last known observation otherwise.
 */
export class DecisionMaker {
  /** In force from the next slot; undefined while there is none to trust. */
  policy: Policy | undefined;
  /** After this instant the answer that is being waited for counts for nothing, ns. */
  limitNs = 0n;
  private readonly parts: DeciderParts;
  private lastObservation: Float64Array | undefined;
  private previous: Float64Array | undefined;
  private uncertain = false;

  constructor(parts: DeciderParts) {
    this.parts = parts;
  }

  /**
   * An inference that has not answered by `limitNs` counts for nothing.
   *
   * @param withdrawn why the policy is not to be asked, if so
   */
  async decide(
    observation: Float64Array | undefined,
    limitNs: bigint,
    withdrawn?: FallbackReason,
  ): Promise<Decision> {
    this.limitNs = limitNs;
    const known = this.isKnown(observation) ? observation : undefined;
    if (known !== undefined) this.lastObservation = known;
    const proposal =
      withdrawn === undefined ? await this.propose(known, limitNs) : { fallback: withdrawn };
    const bounded = this.repeated(this.bound(proposal));
    this.previous = bounded.action;
    return { observation: known, ...bounded };
  }

  /** What became of the action decided last: certainly in force, or perhaps not. */
  settled(certain: boolean): void {
    this.uncertain = !certain;
  }

  /**
   * Where changes are limited, an action that may or may not be in force comes again until it is:
   * another might be too far from the one before it.
   */
  private repeated(decision: BoundedDecision): BoundedDecision {
    if (!this.uncertain || !this.parts.envelope.slewLimited) return decision;
    return { ...decision, action: this.previous ?? decision.action, altered: true };
  }

  private isKnown(observation: unknown): boolean {
    return (
      observation instanceof Float64Array &&
      observation.length === this.parts.observationLength &&
      observation.every(Number.isFinite)
    );
  }

  private async propose(observation: Float64Array | undefined, limitNs: bigint): Promise<Proposal> {
    const { policy } = this;
    if (observation === undefined) return { fallback: "missing-observation" };
    if (policy === undefined) return { fallback: "no-model" };
    const explored = this.parts.exploration?.propose();
    if (explored !== undefined) return { decider: "exploration", values: explored };
    const { nowNs } = this.parts;
    const answer = await before(Number(limitNs - nowNs()) / 1e6, () => policy.decide(observation));
    switch (answer.kind) {
      case "value":
        if (nowNs() > limitNs) return { fallback: "late-inference" };
        return { decider: "policy", values: answer.value };
      case "late":
        return { fallback: "late-inference" };
      case "failed":
        return {
          fallback: "inference-failed",
          fault: { verb: "inference", reason: answer.reason },
        };
    }
  }

  private bound(proposal: Proposal): BoundedDecision {
    if ("fallback" in proposal) return this.safe(proposal.fallback, proposal.fault);
    const bounded = this.parts.envelope.bound(proposal.values, this.previous, this.lastObservation);
    if (!bounded.usable) return this.safe(unusable[bounded.reason]);
    const { action, altered } = bounded;
    return { action, altered, decider: proposal.decider, fallback: undefined, fault: undefined };
  }

  private safe(fallback: FallbackReason, fault?: Fault): BoundedDecision {
    const values = this.parts.safePolicy(this.lastObservation);
    const bounded = this.parts.envelope.bound(values, this.previous, this.lastObservation);
    if (!bounded.usable) throw new RangeError(`the safe policy's action is ${bounded.reason}`);
    return { action: bounded.action, altered: false, decider: "safe", fallback, fault };
  }
}
