import { paperScenario } from "../../core/slicing/scenario.ts";
import { createTrainingStep } from "../../learning/algorithms/create-training-step.ts";
import {
  type LearnerConfig,
  learnerConfigSchema,
} from "../../learning/algorithms/learner-config.ts";
import { matrixFlops } from "../../learning/graph/matrix-flops.ts";
import { generatorSpec } from "../../learning/networks/generator.ts";
import { slicingProblem } from "../../learning/problems/slicing.ts";
import type { Provider } from "../../learning/runtime/provider.ts";
import { filledStack } from "./filled-stack.ts";
import { type MatrixPeak, openMatrixPeak } from "./matrix-peak.ts";

/** Stacked learners at the paper's width, on one thread; times are the least of the run. */
interface Throughput {
  readonly updatesPerSecondPerAgent: number;
  /** An update of all agents over their number. */
  readonly msPerAgentUpdate: number;
  readonly mflopPerAgentUpdate: number;
  readonly gflopPerSecond: number;
  readonly peakGflopPerSecond: number;
  readonly shareOfPeak: number;
}

export interface ThroughputOptions {
  /** Numbers of stacked agents to measure. */
  readonly agents: readonly number[];
  readonly provider: Provider;
}

const cases = {
  "d3qn-gan, 5 critic steps": {},
  "d3qn-gan, 1 critic step": { criticSteps: 1 },
  d3qn: { algorithm: "d3qn" },
} as const;

const rounds = 12;
const updatesPerRound = 5;

/** Matrix products of one agent's update. */
function flopsOf(config: LearnerConfig): number {
  const spec = generatorSpec(slicingProblem(paperScenario, config), config);
  return matrixFlops(createTrainingStep({ spec, config, agents: 1, floatType: "float32" }).graph);
}

async function measure(
  config: LearnerConfig,
  agents: number,
  provider: Provider,
  peak: MatrixPeak,
): Promise<Throughput> {
  const stack = await filledStack(config, agents, { provider });
  for (let i = 0; i < updatesPerRound; i++) await stack.update();
  let [updateMs, peakGflops] = [Number.POSITIVE_INFINITY, 0];
  for (let round = 0; round < rounds; round++) {
    peakGflops = Math.max(peakGflops, await peak.measure());
    for (let i = 0; i < updatesPerRound; i++) {
      const start = performance.now();
      await stack.update();
      updateMs = Math.min(updateMs, performance.now() - start);
    }
  }
  await stack.close();
  const flops = flopsOf(config);
  const gflopPerSecond = (flops * agents) / 1e6 / updateMs;
  return {
    updatesPerSecondPerAgent: 1e3 / updateMs,
    msPerAgentUpdate: updateMs / agents,
    mflopPerAgentUpdate: flops / 1e6,
    gflopPerSecond,
    peakGflopPerSecond: peakGflops,
    shareOfPeak: gflopPerSecond / peakGflops,
  };
}

/** Updates at width 256 with the branching head and minibatches of 32, otherwise as in the paper. */
export async function benchThroughput({ agents, provider }: ThroughputOptions) {
  const peak = await openMatrixPeak(provider);
  const results: Record<string, Throughput> = {};
  for (const count of agents) {
    for (const [name, over] of Object.entries(cases)) {
      const config = learnerConfigSchema.parse({ head: "branching", ...over });
      const label = `${count} ${count === 1 ? "agent" : "agents"}, ${name}`;
      results[label] = await measure(config, count, provider, peak);
    }
  }
  await peak.close();
  return results;
}
