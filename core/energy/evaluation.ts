import { createRandom } from "../random.ts";
import { dualBound, lowerBound } from "./bounds.ts";
import { drawEnergySlot } from "./draw.ts";
import type { Place } from "./offloading.ts";
import { energyOutcome } from "./outcome.ts";
import { stepsToSettle } from "./policies/energy-run.ts";
import type { EnergyAllocator } from "./policies.ts";
import type { EnergyScenario } from "./scenario.ts";
import type { Decision, EnergySlot } from "./task.ts";

export interface EnergyEvaluationOptions {
  readonly tasks: number;
  readonly draws: number;
  readonly seed: number;
  /** Also computes the bound that respects C6–C8: tens of ms a draw where they are scarce. */
  readonly withDualBound: boolean;
  /** A clock for decision times. */
  nowMs(): number;
  onDraw?(done: number): void;
}

/** Means over the feasible draws where not said otherwise; null where there is none. */
export interface EnergyEvaluation {
  readonly policy: string;
  readonly tasks: number;
  readonly draws: number;
  readonly seed: number;
  readonly meanEnergyJ: number | null;
  /** Mean of energy over the lower bound of the same draw, less one. */
  readonly gap: number | null;
  /** Means over all draws. */
  readonly lowerBoundJ: number;
  readonly dualBoundJ?: number;
  /** Draws in which every constraint held. */
  readonly feasible: number;
  /** Steps until the energy stays within 1 % of where it ends. */
  readonly steps: number | null;
  readonly meanPowerW: number | null;
  readonly meanFrequencyHz: number | null;
  readonly meanDelayS: number | null;
  /** Share of tasks in each place; only with offloading. */
  readonly placeShares?: Readonly<Record<Place, number>>;
  /** Median over all draws. */
  readonly decisionMs: number;
}

interface Draw {
  readonly lowerBoundJ: number;
  readonly dualBoundJ: number | undefined;
  readonly decisionMs: number;
  readonly feasible?: {
    readonly energyJ: number;
    readonly steps: number;
    readonly powerW: number;
    readonly frequencyHz: number;
    readonly delayS: number;
    readonly decisions: readonly Decision[];
  };
}

function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((a, b) => a + b, 0) / values.length;
}

async function evaluateDraw(
  scenario: EnergyScenario,
  allocate: EnergyAllocator,
  slot: EnergySlot,
  draw: number,
  options: EnergyEvaluationOptions,
): Promise<Draw> {
  const random = createRandom(options.seed, options.draws + draw);
  const startMs = options.nowMs();
  const run = await allocate(scenario, slot, random);
  const common = {
    decisionMs: options.nowMs() - startMs,
    lowerBoundJ: lowerBound(scenario, slot).meanEnergyJ,
    dualBoundJ: options.withDualBound ? dualBound(scenario, slot).meanEnergyJ : undefined,
  };
  const { decisions } = run;
  const outcome = energyOutcome(scenario, slot, decisions);
  if (outcome.violated.length > 0) return common;
  return {
    ...common,
    feasible: {
      energyJ: outcome.meanEnergyJ,
      steps: stepsToSettle(run),
      powerW: mean(decisions.map(({ powerW }) => powerW)) ?? 0,
      frequencyHz: mean(decisions.map(({ frequencyHz }) => frequencyHz)) ?? 0,
      delayS: mean(outcome.tasks.map(({ totalS }) => totalS)) ?? 0,
      decisions,
    },
  };
}

function placeShares(decisions: readonly Decision[]): Record<Place, number> {
  const share = (of: Place) =>
    decisions.filter(({ place = "edge" }) => place === of).length / Math.max(1, decisions.length);
  return { device: share("device"), edge: share("edge"), cloud: share("cloud") };
}

/** Draw d of a seed: the same tasks for every policy, and the first ones for fewer tasks. */
function evaluationSlot(
  scenario: EnergyScenario,
  { tasks, seed }: Pick<EnergyEvaluationOptions, "tasks" | "seed">,
  draw: number,
): EnergySlot {
  return drawEnergySlot(scenario, tasks, createRandom(seed, draw));
}

/** Runs a policy over drawn slots, beside the bounds of the same slots. */
export async function evaluateEnergy(
  scenario: EnergyScenario,
  policy: { readonly name: string; readonly allocate: EnergyAllocator },
  options: EnergyEvaluationOptions,
): Promise<EnergyEvaluation> {
  const { tasks, draws, seed } = options;
  const done: Draw[] = [];
  for (let d = 0; d < draws; d++) {
    const slot = evaluationSlot(scenario, options, d);
    done.push(await evaluateDraw(scenario, policy.allocate, slot, d, options));
    options.onDraw?.(d + 1);
  }
  const feasible = done.flatMap(({ feasible: held, lowerBoundJ }) =>
    held === undefined ? [] : [{ ...held, gap: held.energyJ / lowerBoundJ - 1 }],
  );
  const dual = mean(done.flatMap(({ dualBoundJ }) => dualBoundJ ?? []));
  const times = done.map(({ decisionMs }) => decisionMs).sort((a, b) => a - b);
  return {
    policy: policy.name,
    tasks,
    draws,
    seed,
    meanEnergyJ: mean(feasible.map(({ energyJ }) => energyJ)),
    gap: mean(feasible.map(({ gap }) => gap)),
    lowerBoundJ: mean(done.map(({ lowerBoundJ }) => lowerBoundJ)) as number,
    ...(dual !== null && { dualBoundJ: dual }),
    feasible: feasible.length,
    steps: mean(feasible.map(({ steps }) => steps)),
    meanPowerW: mean(feasible.map(({ powerW }) => powerW)),
    meanFrequencyHz: mean(feasible.map(({ frequencyHz }) => frequencyHz)),
    meanDelayS: mean(feasible.map(({ delayS }) => delayS)),
    ...(scenario.offloading && {
      placeShares: placeShares(feasible.flatMap(({ decisions }) => decisions)),
    }),
    decisionMs: times[Math.floor(times.length / 2)] as number,
  };
}
