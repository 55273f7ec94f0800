import type { CloudState } from "../../core/messages/cloud-state.ts";
import { epsilonOf, gaussianRho } from "../../core/privacy/gaussian-accountant.ts";
import type { PrivacyRules } from "../../core/privacy/privacy-rules.ts";
import { privateMean, withNoise } from "../../core/privacy/private-mean.ts";
import type { Random } from "../../core/random.ts";
import type { Weights } from "../../core/weights/tensor.ts";

/** What a federation has spent of its privacy, and the only way to spend more. */
export class PrivacyLedger {
  private readonly rules: PrivacyRules;
  private readonly random: Random;
  private spentRho: number;

  /** @param rho spent so far, as zero-concentrated differential privacy */
  constructor(rules: PrivacyRules, rho: number, random: Random) {
    this.rules = rules;
    this.spentRho = rho;
    this.random = random;
  }

  get rho(): number {
    return this.spentRho;
  }

  /** For people to read. */
  get statement(): NonNullable<CloudState["privacy"]> {
    const { delta, maxEpsilon } = this.rules;
    const epsilon = epsilonOf(this.spentRho, delta);
    return { epsilon, delta, maxEpsilon, budgetSpent: this.exhausted };
  }

  /** Another round would spend more than `maxEpsilon`. */
  get exhausted(): boolean {
    const { delta, maxEpsilon } = this.rules;
    return maxEpsilon !== null && epsilonOf(this.rhoAfterNext, delta) > maxEpsilon;
  }

  /** A round's clipped and noised mean; its privacy is spent. */
  mean(updates: readonly Weights[], base: Weights | undefined): Weights {
    this.spentRho = this.rhoAfterNext;
    return privateMean(updates, base, this.rules, this.random);
  }

  /** The noised mean of a round whose `count` agents clipped their own changes; its privacy is spent. */
  noised(mean: Weights, count: number): Weights {
    this.spentRho = this.rhoAfterNext;
    return withNoise(mean, count, this.rules, this.random);
  }

  private get rhoAfterNext(): number {
    return this.spentRho + gaussianRho(this.rules.noiseMultiplier);
  }
}
