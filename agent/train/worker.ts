import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import type { SlicingScenario } from "../../core/slicing/scenario.ts";
import type { Weights } from "../../core/weights/tensor.ts";
import type { LearnerConfig } from "../../learning/algorithms/learner-config.ts";
import type { Learner } from "../../learning/learner.ts";
import { createLearner } from "../../learning/onnx-learner.ts";
import { slicingProblem } from "../../learning/problems/slicing.ts";
import { setThreadPriority } from "../../platform/thread-priority.ts";
import type { SlotTransition } from "../control/transition-assembler.ts";
import type { ControlCommand } from "../control/worker-messages.ts";
import { TrainingSession } from "./training-session.ts";
import type { TrainCommand, TrainReport } from "./worker-messages.ts";

/** What the train worker starts with. */
export interface TrainWorkerData {
  readonly scenario: SlicingScenario;
  readonly config: LearnerConfig;
  readonly seed: number;
  /** Generator weights to start from. */
  readonly start: Weights | undefined;
  /** Transitions in, policies and exploration out. */
  readonly control: MessagePort;
  readonly updatesPerSlot: number;
  readonly maxOwedUpdates: number;
  /** ε follows the learner's schedule. */
  readonly scheduledExploration: boolean;
  readonly threadPriority: number;
  readonly reportPeriodMs: number;
}

const data = workerData as TrainWorkerData;

function report(message: TrainReport): void {
  parentPort?.postMessage(message);
}

function tellControl(command: ControlCommand): void {
  data.control.postMessage(command);
}

async function openLearner(): Promise<Learner> {
  const { scenario, config, seed, start } = data;
  const problem = slicingProblem(scenario, config);
  if (start === undefined) return createLearner({ problem, config, seed });
  try {
    return await createLearner({ problem, config, seed, start });
  } catch (error) {
    if ((error as { code?: string }).code !== "WEIGHTS_INVALID") throw error;
    report({ type: "start-refused", reason: (error as Error).message });
    return createLearner({ problem, config, seed });
  }
}

setThreadPriority(data.threadPriority);
const { scenario, control, updatesPerSlot, maxOwedUpdates } = data;
const learner = await openLearner();
const session = new TrainingSession(
  learner,
  { updatesPerSlot, maxOwedUpdates, episodeSlots: scenario.episodeSlots },
  {
    episodeEnded: (weights, samples) => report({ type: "episode-ended", weights, samples }),
    exported: (bytes, rate) => {
      tellControl({ type: "policy", name: "learned", bytes });
      if (data.scheduledExploration) tellControl({ type: "exploration", rate });
    },
  },
);

control.on("message", (transition: SlotTransition) => session.learn(transition));

const reporting = setInterval(
  () => report({ type: "counts", counts: session.counts }),
  data.reportPeriodMs,
);

async function takeOver(command: Extract<TrainCommand, { type: "global" }>): Promise<void> {
  try {
    await session.takeOver(command.weights);
    report({ type: "global-adopted", header: command.header });
  } catch (error) {
    report({ type: "global-refused", reason: (error as Error).message });
  }
}

async function stop(): Promise<void> {
  clearInterval(reporting);
  await session.stop();
  report({ type: "counts", counts: session.counts });
  control.close();
  parentPort?.close();
}

parentPort?.on("message", (command: TrainCommand) => {
  if (command.type === "stop") void stop();
  else void takeOver(command);
});

report({ type: "ready" });
