import { pairInputs, writePair } from "../../core/energy/continuous-run.ts";
import { drawEnergySlot } from "../../core/energy/draw.ts";
import { snrPerWatt } from "../../core/energy/link.ts";
import type { EnergyScenario } from "../../core/energy/scenario.ts";
import type { Gateway } from "../../core/energy/task.ts";
import { createRandom, type Random } from "../../core/random.ts";
import { adamRate } from "../algorithms/adam.ts";
import {
  actorAdam,
  type ContinuousActorConfig,
  continuousActorStep,
} from "../algorithms/continuous-actor.ts";
import { actorLayout } from "../networks/continuous-actor.ts";
import { drawParameters, stackedVector } from "../networks/parameters.ts";
import { openOnnxEngines } from "../runtime/onnx-engine.ts";
import type { TrainingEngine } from "../runtime/training-engine.ts";

export interface ContinuousTrainingOptions {
  readonly scenario: EnergyScenario;
  readonly config: ContinuousActorConfig;
  readonly updates: number;
  readonly seed: number;
  readonly signal?: AbortSignal;
  onUpdate?(report: ContinuousUpdate): void;
}

/** One update in numbers: mean cost with prices and penalties, and mean energy of its pairs, J. */
export interface ContinuousUpdate {
  readonly update: number;
  readonly lossJ: number;
  readonly energyJ: number;
}

export interface ContinuousTraining {
  readonly parameters: Float32Array;
  readonly updates: number;
}

const tasksPerDraw = 32;

/** Fills a batch with drawn tasks, each through one of its gateways. */
function drawPairs(
  scenario: EnergyScenario,
  config: ContinuousActorConfig,
  random: Random,
  out: Float32Array,
): void {
  const width = pairInputs.length;
  const priced = () => config.largestPriceJ * random.uniform() ** 2;
  let row = 0;
  while (row < config.batchSize) {
    const { gateways, tasks } = drawEnergySlot(scenario, tasksPerDraw, random);
    for (const task of tasks.slice(0, config.batchSize - row)) {
      const gateway = task.reachable[random.integer(task.reachable.length)] as number;
      const snrPerW = snrPerWatt(scenario, task, gateways[gateway] as Gateway);
      const prices: [number, number] =
        random.uniform() < config.pricedShare ? [priced(), priced()] : [0, 0];
      writePair(out, row++ * width, task, snrPerW, prices);
    }
  }
}

/** Trains a deterministic actor on drawn tasks, by the gradient of the model of the system. */
export async function trainContinuous(
  options: ContinuousTrainingOptions,
): Promise<ContinuousTraining> {
  const { scenario, config, updates, seed, signal } = options;
  const step = continuousActorStep(scenario, config);
  const pairs = new Float32Array(config.batchSize * pairInputs.length);
  const rates = new Float32Array(1);
  const layout = actorLayout(config.width);
  const initial = stackedVector(layout, [drawParameters(layout, createRandom(seed, 64))]);
  const { engines, close } = await openOnnxEngines(step, [
    {
      initial: new Map([["generator", initial]]),
      batch: {
        pairs: { data: pairs, shape: [1, config.batchSize, pairInputs.length] },
        rates: { data: rates, shape: [1] },
      },
    },
  ]);
  const engine = engines[0] as TrainingEngine;
  const random = createRandom(seed, 128);
  let update = 0;
  while (update < updates && !signal?.aborted) {
    drawPairs(scenario, config, random, pairs);
    const learningRate = config.learningRate * (1 - update / updates);
    update++;
    rates[0] = adamRate(learningRate, update, actorAdam);
    const [lossJ, energyJ] = (await engine.run()) as unknown as [number, number];
    options.onUpdate?.({ update, lossJ, energyJ });
  }
  const parameters = Float32Array.from(engine.state().get("generator") ?? []);
  await close();
  return { parameters, updates: update };
}
