import { createRandom } from "../core/random.ts";
import type { Weights } from "../core/weights/tensor.ts";
import { createTrainingStep } from "./algorithms/create-training-step.ts";
import type { LearnerConfig } from "./algorithms/learner-config.ts";
import type { StepOptions, TrainingStep } from "./algorithms/training-step.ts";
import { writeModel } from "./graph/onnx-writer.ts";
import { type Agent, LearnerStack, type StackOptions } from "./learner-stack.ts";
import { type GeneratorSpec, generatorSpec } from "./networks/generator.ts";
import {
  checkWeights,
  declareParameters,
  drawParameters,
  layoutSize,
  stackedVector,
} from "./networks/parameters.ts";
import { stackedPolicyGraph } from "./policy/policy-graph.ts";
import { ReplayMemory } from "./replay/replay-memory.ts";
import { agentsPerRun } from "./runtime/agents-per-run.ts";
import { type EngineOptions, openEngines } from "./runtime/open-engines.ts";
import type { Provider } from "./runtime/provider.ts";
import { openSession } from "./runtime/session.ts";
import { TrainingBatch } from "./runtime/training-batch.ts";
import type { TrainingEngine } from "./runtime/training-engine.ts";
import { AdaptiveSettings } from "./schedule/adaptive-settings.ts";

/** One learner of a stack. */
export interface AgentOptions {
  readonly seed: number;
  /** Generator weights to start from; drawn where absent. */
  readonly start?: Weights;
}

export interface CreateStackOptions extends StackOptions, EngineOptions {
  readonly agents: readonly AgentOptions[];
}

function createAgent(spec: GeneratorSpec, config: LearnerConfig, seed: number): Agent {
  const replacement = createRandom(seed, 66);
  return {
    replay: new ReplayMemory(
      config.replayCapacity,
      spec.observationScale.length,
      spec.head.entriesPerAction,
      { kind: config.replayReplacement, random: replacement },
    ),
    replacement,
    random: createRandom(seed, 65),
    settings: new AdaptiveSettings(config),
    remembered: 0,
  };
}

/** One agent's first tensors of every network; the generator's are its `start` where given. */
function firstTensors(step: TrainingStep, { seed, start }: AgentOptions): Map<string, Weights> {
  const random = createRandom(seed, 64);
  return new Map(
    [...step.networks].map(([name, layout]) => {
      const drawn = drawParameters(layout, random);
      if (name !== "generator" || start === undefined) return [name, drawn] as const;
      checkWeights(layout, start);
      return [name, start] as const;
    }),
  );
}

/** The networks of a group's agents, each as one vector. */
function firstVectors(step: TrainingStep, agents: readonly AgentOptions[]) {
  const first = agents.map((agent) => firstTensors(step, agent));
  return new Map(
    [...step.networks].map(([name, layout]) => {
      const networks = first.map((tensors) => tensors.get(name) as Weights);
      return [name, stackedVector(layout, networks)] as const;
    }),
  );
}

/** On the CPU the graph's shape decides how many agents fit one run; a GPU takes all. */
function createStep(
  options: Omit<StepOptions, "agents" | "floatType">,
  agents: number,
  provider: Provider = "cpu",
) {
  const { spec, config } = options;
  const stepOf = (count: number) =>
    createTrainingStep({ spec, config, agents: count, floatType: "float32" });
  const one = stepOf(1);
  const parameters = [...one.networks.values()].reduce(
    (sum, layout) => sum + layoutSize(layout),
    0,
  );
  const fitting = provider === "cpu" ? agentsPerRun(agents, parameters) : agents;
  const count = config.adaptiveLearningRate ? 1 : fitting;
  return count === 1 ? one : stepOf(count);
}

/**
 * @throws SlotwiseError WEIGHTS_INVALID when a `start` does not fit the configuration,
 * ENGINE_UNAVAILABLE or CONFIG_INVALID when the engine cannot run it
 */
export async function createLearnerStack(options: CreateStackOptions): Promise<LearnerStack> {
  const { problem, config, agents } = options;
  const spec = generatorSpec(problem, config);
  const step = createStep({ spec, config }, agents.length, options.provider);
  const rates = [...step.steps.values()].reduce((a, b) => a + b, 0);
  const rows = step.minibatches * config.batchSize;
  const members = Array.from({ length: agents.length / step.agents }, (_, g) =>
    agents.slice(g * step.agents, (g + 1) * step.agents),
  );
  const batches = members.map(() => new TrainingBatch(spec, step.agents, rows, rates));
  const starts = members.map((group, g) => ({
    initial: firstVectors(step, group),
    batch: (batches[g] as TrainingBatch).inputs,
  }));
  const { engines, close } = await openEngines(options, { spec, config }, step, starts);
  const layout = step.networks.get("generator") ?? [];
  const policy = stackedPolicyGraph(problem, spec, step.agents, (graph) =>
    declareParameters(graph, "generator", layout, step.agents),
  );
  return new LearnerStack({
    options,
    step,
    groups: members.map((group, g) => ({
      engine: engines[g] as TrainingEngine,
      batch: batches[g] as TrainingBatch,
      agents: group.map(({ seed }) => createAgent(spec, config, seed)),
    })),
    policy: await openSession(writeModel(policy, "greedy")),
    close,
  });
}
