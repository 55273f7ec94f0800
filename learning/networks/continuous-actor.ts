import { pairInputs } from "../../core/energy/continuous-run.ts";
import type { EnergyScenario } from "../../core/energy/scenario.ts";
import type { Value } from "../graph/graph.ts";
import {
  add,
  concat,
  div,
  log,
  matMul,
  mul,
  neg,
  pickColumns,
  relu,
  sub,
} from "../graph/operations.ts";
import { dense } from "./dense.ts";
import { denseLayout, type Layout, type ParameterValues } from "./parameters.ts";

export function actorLayout(width: number): Layout {
  return [
    ...denseLayout("actor.first", pairInputs.length, width),
    ...denseLayout("actor.second", width, width),
    ...denseLayout("actor.output", width, 2),
  ];
}

/** A decision and what follows from it, [..., rows, 1] each. */
export interface ActorOutcome {
  readonly powerW: Value;
  readonly frequencyGhz: Value;
  readonly energyJ: Value;
  /** Energy and the prices of power and frequency. */
  readonly costJ: Value;
  /** By how much outputs lie beyond their ranges, as shares of them. */
  readonly beyond: Value;
  /** By how much even the largest frequency misses the deadline, s. */
  readonly missedS: Value;
}

/**
 * A number cut to a range, and by how much of the range it lay beyond. No gradient passes the cut;
 * what lies beyond must be charged, or an actor that once stood there for all tasks would stay.
 */
function withinRange(raw: Value, low: number, high: number) {
  const share = add(raw, 0.5);
  const above = relu(sub(share, 1));
  const cut = sub(relu(share), above);
  return { value: add(mul(cut, high - low), low), beyond: add(relu(neg(share)), above) };
}

/** Brings every input to about [0, 1]. */
function normalised(scenario: EnergyScenario, columns: readonly Value[]): Value {
  const [cycles, result, deadline, snr, powerPrice, frequencyPrice] = columns as [
    Value,
    Value,
    Value,
    Value,
    Value,
    Value,
  ];
  return concat(
    [
      mul(cycles, 1e9 / scenario.cycles[1]),
      mul(result, 1e6 / (8 * scenario.resultBytes[1])),
      mul(deadline, 1 / scenario.deadlineS[1]),
      mul(log(add(snr, 1)), 1 / 20),
      mul(powerPrice, 2),
      mul(frequencyPrice, 2),
    ],
    -1,
  );
}

/**
 * The deterministic actor with the model of the system behind it: power and frequency anywhere in
 * their ranges, and frequency at least what the deadline needs at that power.
 *
 * @param pairs [..., rows, pairInputs.length]
 */
export function actorOutcome(
  scenario: EnergyScenario,
  parameters: ParameterValues,
  pairs: Value,
): ActorOutcome {
  const columns = pairInputs.map((_, column) => pickColumns(pairs, column, 1));
  const [cycles, resultMbit, deadline, snr, powerPrice, frequencyPrice] = columns as [
    Value,
    Value,
    Value,
    Value,
    Value,
    Value,
  ];
  const first = relu(dense(parameters, "actor.first", normalised(scenario, columns)));
  const second = relu(dense(parameters, "actor.second", first));
  const raw = dense(parameters, "actor.output", second);
  const rawColumn = (column: number) => {
    const picked = new Float64Array(2);
    picked[column] = 1;
    return matMul(raw, raw.graph.constant(picked, [2, 1]));
  };
  const [minGhz, maxGhz] = scenario.frequencyHz.map((hz) => hz / 1e9) as [number, number];
  const { value: powerW, beyond } = withinRange(rawColumn(0), ...scenario.powerW);
  const wanted = withinRange(rawColumn(1), minGhz, maxGhz);
  const rateMbit = mul(log(add(mul(snr, powerW), 1)), scenario.bandwidthHz / 1e6 / Math.LN2);
  const transmitS = div(resultMbit, rateMbit);
  const leastS = mul(cycles, 1 / maxGhz);
  const beyondS = sub(sub(deadline, transmitS), leastS);
  const neededGhz = div(cycles, add(leastS, relu(beyondS)));
  const frequencyGhz = add(neededGhz, relu(sub(wanted.value, neededGhz)));
  const computeJ = mul(mul(cycles, mul(frequencyGhz, frequencyGhz)), scenario.kappa * 1e27);
  const energyJ = add(computeJ, mul(powerW, transmitS));
  const pricesJ = add(mul(powerPrice, powerW), mul(frequencyPrice, frequencyGhz));
  const missedS = relu(sub(leastS, sub(deadline, transmitS)));
  return {
    powerW,
    frequencyGhz,
    energyJ,
    costJ: add(energyJ, pricesJ),
    beyond: add(beyond, wanted.beyond),
    missedS,
  };
}
