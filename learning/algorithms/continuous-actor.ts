import { z } from "zod";
import { pairInputs } from "../../core/energy/continuous-run.ts";
import type { EnergyScenario } from "../../core/energy/scenario.ts";
import { type FloatType, Graph, type Value } from "../graph/graph.ts";
import { add, mul } from "../graph/operations.ts";
import { actorLayout, actorOutcome } from "../networks/continuous-actor.ts";
import {
  declareRates,
  declareTrained,
  descend,
  emitMetrics,
  emitTrained,
  meanPerAgent,
  type TrainingStep,
} from "./training-step.ts";

export const continuousActorSchema = z.strictObject({
  width: z.number().int().min(2).max(4096).default(64).describe("units of the two hidden layers"),
  batchSize: z.number().int().min(1).max(65_536).default(512).describe("pairs of an update"),
  learningRate: z
    .number()
    .positive()
    .max(1)
    .default(3e-3)
    .describe("η at first; falls linearly to 0"),
  missedPenaltyJPerS: z.number().min(0).default(5).describe("for a deadline missed at Fmax"),
  beyondPenaltyJ: z.number().min(0).default(0.1).describe("for an output a whole range beyond it"),
  pricedShare: z.number().min(0).max(1).default(0.5).describe("of updates' pairs that bear prices"),
  largestPriceJ: z.number().positive().default(0.5).describe("per W, and per GHz"),
});

export type ContinuousActorConfig = z.output<typeof continuousActorSchema>;

export const actorAdam = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };

/**
 * The actor's update: down the gradient of the mean priced cost, through the known model itself in
 * place of a learned critic (a deterministic policy gradient whose Q is exact, one step long).
 */
export function continuousActorStep(
  scenario: EnergyScenario,
  config: ContinuousActorConfig,
  floatType: FloatType = "float32",
): TrainingStep {
  const graph = new Graph(floatType);
  const layout = actorLayout(config.width);
  const actor = declareTrained(graph, "generator", layout, 1);
  const pairs = graph.input("pairs", [1, config.batchSize, pairInputs.length]);
  const { costJ, energyJ, beyond, missedS } = actorOutcome(scenario, actor.values, pairs);
  const penaltyJ = add(mul(missedS, config.missedPenaltyJPerS), mul(beyond, config.beyondPenaltyJ));
  const loss = meanPerAgent(add(costJ, penaltyJ));
  const [rate] = declareRates(graph, 1) as [Value];
  emitTrained(graph, descend(actor, loss, rate, actorAdam));
  const metrics = emitMetrics(graph, { loss, energyJ: meanPerAgent(energyJ) });
  return {
    graph,
    agents: 1,
    networks: new Map([["generator", layout]]),
    minibatches: 1,
    metrics,
    steps: new Map([["generator", 1]]),
  };
}
