/**
 * Decides an action from an observation.
 *
 * The result is a proposal: whatever uses it passes it through the envelope first.
 * Oracles also need what no box can measure (`hidden`: the channels of the slot), which only a
 * simulation can give.
 */
export interface Policy<Hidden = never> {
  readonly name: string;
  /** Says that a decision will be asked for shortly. */
  expect?(): void;
  decide(
    observation: Float64Array,
    hidden?: Hidden,
  ): ArrayLike<number> | Promise<ArrayLike<number>>;
}
