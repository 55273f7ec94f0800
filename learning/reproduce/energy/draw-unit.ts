import { dualBound, lowerBound } from "../../../core/energy/bounds.ts";
import { drawEnergySlot } from "../../../core/energy/draw.ts";
import { type EnergyRun, stepsToSettle } from "../../../core/energy/policies/energy-run.ts";
import { defaultEnergyScenario, type EnergyScenario } from "../../../core/energy/scenario.ts";
import type { EnergySlot } from "../../../core/energy/task.ts";
import { createRandom } from "../../../core/random.ts";
import { type Contestant, greedySettings } from "./contestants.ts";
import { greedySweeps } from "./greedy-sweeps.ts";
import { type Algorithm, algorithms, type BoundName } from "./series.ts";
import { type SlotState, slotState } from "./slot-state.ts";

/** Some draws of one point of a figure. */
export interface DrawUnit {
  readonly kind: "draws";
  readonly seed: number;
  readonly panel: string;
  readonly x: number;
  readonly tasks: number;
  /** Fixes what is otherwise drawn. */
  readonly cycles?: number;
  readonly resultBytes?: number;
  readonly firstDraw: number;
  readonly draws: number;
  readonly algorithms: readonly Algorithm[];
  readonly withBounds: boolean;
  /** Keeps the state after every step. */
  readonly withCourse: boolean;
}

/** How one algorithm did on one draw. */
export interface Measured {
  /** Whether all constraints hold at the end; the state is of its last decisions either way. */
  readonly state: SlotState;
  readonly steps: number;
  readonly course: readonly SlotState[];
}

export interface DrawResult {
  readonly measured: Partial<Record<Algorithm, Measured>>;
  readonly boundsJ: Partial<Record<BoundName, number>>;
}

/** The ranges tasks are drawn from; the model itself stays the default one. */
function drawnFrom({ cycles, resultBytes }: DrawUnit): EnergyScenario {
  return {
    ...defaultEnergyScenario,
    ...(cycles !== undefined && { cycles: [cycles, cycles] as [number, number] }),
    ...(resultBytes !== undefined && {
      resultBytes: [resultBytes, resultBytes] as [number, number],
    }),
  };
}

function measured(
  scenario: EnergyScenario,
  slot: EnergySlot,
  name: Algorithm,
  run: EnergyRun,
  withCourse: boolean,
): Measured {
  return {
    state: slotState(scenario, slot, run.decisions),
    steps:
      name === "GA"
        ? greedySweeps(scenario, slot, run.decisions, greedySettings)
        : stepsToSettle(run),
    course: withCourse ? run.course.map((step) => slotState(scenario, slot, step)) : [],
  };
}

function boundsJ(scenario: EnergyScenario, slot: EnergySlot): DrawResult["boundsJ"] {
  return {
    "lower bound": lowerBound(scenario, slot).meanEnergyJ,
    "dual bound": dualBound(scenario, slot).meanEnergyJ,
  };
}

/**
 * Draw `d` has the same tasks in every unit of a seed, as far as its fixed demands let it: a slot of
 * 20 tasks begins with the tasks of the slot of 10. Each algorithm has its own chance.
 */
export async function runDraws(
  unit: DrawUnit,
  contestants: Readonly<Record<Algorithm, Contestant>>,
): Promise<DrawResult[]> {
  const scenario = defaultEnergyScenario;
  const results: DrawResult[] = [];
  for (let d = unit.firstDraw; d < unit.firstDraw + unit.draws; d++) {
    const streams = 1 + algorithms.length;
    const slot = drawEnergySlot(drawnFrom(unit), unit.tasks, createRandom(unit.seed, d * streams));
    const byAlgorithm: Partial<Record<Algorithm, Measured>> = {};
    for (const name of unit.algorithms) {
      const random = createRandom(unit.seed, d * streams + 1 + algorithms.indexOf(name));
      const run = await contestants[name](scenario, slot, random);
      byAlgorithm[name] = measured(scenario, slot, name, run, unit.withCourse);
    }
    results.push({
      measured: byAlgorithm,
      boundsJ: unit.withBounds ? boundsJ(scenario, slot) : {},
    });
  }
  return results;
}
