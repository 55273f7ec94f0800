/** When trust is withdrawn, and when it returns. */
export interface DegradationRule {
  /** Bad slots in a row; null: never. */
  readonly afterBadSlots: number | null;
  /** Good slots in a row. */
  readonly recoverAfterSlots: number;
}

/** A relapse doubles the good slots that are asked for, up to this many times the rule's. */
const mostPatience = 64;

/**
 * Degraded after some bad slots in a row, well again after many good ones. What is good only while
 * degraded would come and go for ever; so a relapse within as many slots as it took to recover
 * doubles them, and a longer stretch without one brings the rule's number back.
 */
export class Degradation {
  private readonly rule: DegradationRule;
  private degraded = false;
  private badInARow = 0;
  private goodInARow = 0;
  private slotsSinceRecovery = Infinity;
  private patience = 1;

  constructor(rule: DegradationRule) {
    this.rule = rule;
  }

  get active(): boolean {
    return this.degraded;
  }

  /** What a slot's result changes, if anything. */
  add(good: boolean): "degraded" | "recovered" | undefined {
    this.badInARow = good ? 0 : this.badInARow + 1;
    this.goodInARow = good ? this.goodInARow + 1 : 0;
    if (this.degraded) return this.recover();
    this.slotsSinceRecovery++;
    return this.degrade();
  }

  private degrade(): "degraded" | undefined {
    const { afterBadSlots, recoverAfterSlots } = this.rule;
    if (afterBadSlots === null || this.badInARow < afterBadSlots) return undefined;
    const relapsed = this.slotsSinceRecovery <= this.patience * recoverAfterSlots;
    this.patience = relapsed ? Math.min(mostPatience, 2 * this.patience) : 1;
    this.degraded = true;
    return "degraded";
  }

  private recover(): "recovered" | undefined {
    if (this.goodInARow < this.patience * this.rule.recoverAfterSlots) return undefined;
    this.degraded = false;
    this.slotsSinceRecovery = 0;
    return "recovered";
  }
}
