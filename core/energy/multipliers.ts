import { z } from "zod";

const multiplier = (of: string) =>
  z.number().min(0).default(0).describe(`J per unit of relative excess of ${of}`);

/** Lagrangian multipliers of the constraints that actions of the decision process E2 can break. */
export const multipliersSchema = z.strictObject({
  threshold: z
    .number()
    .positive()
    .max(1)
    .default(0.98)
    .describe("share of a deadline or shared limit beyond which its use is priced"),
  deadline: multiplier("a task's delay over the threshold of its deadline (C1)"),
  gatewayPower: multiplier("a gateway's power over its threshold (C8)"),
  serverFrequency: multiplier("a server's frequency over its threshold (C7)"),
  serverStorage: multiplier("a server's storage over its threshold (C6)"),
});

export type Multipliers = z.output<typeof multipliersSchema>;

/** Relative excess by constraint, summed over what it limits. */
export interface Excess {
  readonly deadline: number;
  readonly gatewayPower: number;
  readonly serverFrequency: number;
  readonly serverStorage: number;
}

/** Σ multiplier × excess, J. */
export function pricedExcessJ(multipliers: Multipliers, excess: Excess): number {
  return (
    multipliers.deadline * excess.deadline +
    multipliers.gatewayPower * excess.gatewayPower +
    multipliers.serverFrequency * excess.serverFrequency +
    multipliers.serverStorage * excess.serverStorage
  );
}

export interface AscentSettings {
  /** J per unit of relative excess. */
  readonly stepJ: number;
  /** Excess that is put up with: multipliers fall below it. */
  readonly allowance: number;
  /** Multipliers stay at or below, J. */
  readonly largestJ: number;
}

/** One step of projected dual ascent, λ ← [λ + η (excess − allowance)] within [0, largest]. */
export function ascend(
  multipliers: Multipliers,
  excess: Excess,
  { stepJ, allowance, largestJ }: AscentSettings,
): Multipliers {
  const stepped = (value: number, over: number) =>
    Math.min(largestJ, Math.max(0, value + stepJ * (over - allowance)));
  return {
    threshold: multipliers.threshold,
    deadline: stepped(multipliers.deadline, excess.deadline),
    gatewayPower: stepped(multipliers.gatewayPower, excess.gatewayPower),
    serverFrequency: stepped(multipliers.serverFrequency, excess.serverFrequency),
    serverStorage: stepped(multipliers.serverStorage, excess.serverStorage),
  };
}
