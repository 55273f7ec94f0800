import type { EnergyScenario } from "./scenario.ts";
import type { SharedLoad } from "./shared-load.ts";
import { clamp, type Placement, type SweepTask, sweepActions } from "./sweep-task.ts";

/** What the features are computed from: one task within its sweep. */
export interface TaskView {
  readonly scenario: EnergyScenario;
  readonly task: SweepTask;
  readonly placement: Placement;
  readonly load: SharedLoad;
  /** Whether limits allow a change to a placement with this slack. */
  allows(next: Placement, slackAfter: number): boolean;
  /** What multipliers charge for a placement with this slack, J; without it changes are of energy alone. */
  readonly priceOf?: ((next: Placement, slack: number) => number) | undefined;
}

const ownFeatures = [
  "cycles",
  "resultBytes",
  "storageBytes",
  "deadline",
  "power",
  "frequency",
  "computeShare",
  "transmitShare",
  "slack",
  "computeEnergy",
  "transmitEnergy",
  "choices",
  "gatewayLoad",
  "serverLoad",
  "storageLoad",
  "broken",
] as const;

/** Numbers for each action but the first, "hold": its effect on the task and whether limits allow it. */
const actionFeatures = ["energyChange", "slackAfter", "allowed"] as const;

/** Loads where a change of gateway leads. */
const neighbourFeatures = ["gatewayLoad", "serverLoad", "storageLoad"] as const;

const moves = sweepActions.slice(1);

/**
 * Numbers that describe one task to a policy: what it needs, where it stands, what is scarce, and
 * what each action would do. One network serves any number of tasks, because none of them counts
 * tasks.
 */
export const taskFeatures: readonly string[] = [
  ...ownFeatures,
  ...moves.flatMap((action) => actionFeatures.map((name) => `${action}.${name}`)),
  ...["next", "previous"].flatMap((side) => neighbourFeatures.map((name) => `${side}.${name}`)),
];

/** Scales that bring what a step changes to about [−1, 1]. */
const energyChangePerJ = 20;
const slackScale = 5;

function share(value: number, range: readonly [number, number]): number {
  return (value - range[0]) / (range[1] - range[0]);
}

/** Writes a task's features in the order of `taskFeatures`, each about within [−1, 1]. */
export function writeTaskFeatures(out: Float32Array, offset: number, view: TaskView): void {
  const { scenario, task: swept, placement, load } = view;
  const { task } = swept;
  const cost = swept.cost(placement);
  const energyJ = cost.computeJ + cost.transmitJ;
  const gateway = swept.gatewayAt(placement.rank);
  const broken = cost.slack < 0 || load.isOver(gateway);
  let i = offset;
  const put = (value: number) => {
    out[i++] = value;
  };
  put(task.cycles / scenario.cycles[1]);
  put(task.resultBytes / scenario.resultBytes[1]);
  put(task.storageBytes / scenario.storageBytes[1]);
  put(task.deadlineS / scenario.deadlineS[1]);
  put(share(placement.powerW, scenario.powerW));
  put(share(placement.frequencyHz, scenario.frequencyHz));
  put(cost.computeS / task.deadlineS);
  put(Math.min(2, cost.transmitS / task.deadlineS));
  put(clamp(slackScale * cost.slack, [-1, 1]));
  put(cost.computeJ);
  put(Math.min(2, cost.transmitJ));
  put(swept.candidates.length / 4);
  put(load.gateway(gateway));
  put(load.frequency(gateway));
  put(load.storage(gateway));
  put(broken ? 1 : 0);
  const priceJ = (at: Placement, slack: number) => view.priceOf?.(at, slack) ?? 0;
  const costJ = energyJ + priceJ(placement, cost.slack);
  for (const action of moves) {
    const next = swept.after(placement, action);
    const after = swept.cost(next);
    const afterJ = after.computeJ + after.transmitJ + priceJ(next, after.slack);
    put(clamp(energyChangePerJ * (afterJ - costJ), [-2, 2]));
    put(clamp(slackScale * after.slack, [-1, 1]));
    put(view.allows(next, after.slack) ? 1 : 0);
  }
  for (const action of ["next-gateway", "previous-gateway"] as const) {
    const there = swept.gatewayAt(swept.after(placement, action).rank);
    put(load.gateway(there));
    put(load.frequency(there));
    put(load.storage(there));
  }
}
