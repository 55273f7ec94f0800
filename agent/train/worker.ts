import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import type { SlicingScenario } from "../../core/slicing/scenario.ts";
import type { Weights } from "../../core/weights/tensor.ts";
import type { LearnerConfig } from "../../learning/algorithms/learner-config.ts";
import { createLearner } from "../../learning/create-learner.ts";
import type { Learner } from "../../learning/learner.ts";
import { verifyExport } from "../../learning/policy/verify-export.ts";
import type { Problem } from "../../learning/problem.ts";
import { slicingProblem } from "../../learning/problems/slicing.ts";
import { nameThread } from "../../platform/thread-name.ts";
import { setThreadPriority } from "../../platform/thread-priority.ts";
import type { SlotTransition } from "../control/transition-assembler.ts";
import type { ControlCommand } from "../control/worker-messages.ts";
import { PolicyGate } from "./policy-gate.ts";
import { PolicyKeeper } from "./policy-keeper.ts";
import { TrainingSession } from "./training-session.ts";
import type { TrainCommand, TrainReport } from "./worker-messages.ts";

/** What the train worker starts with. */
export interface TrainWorkerData {
  readonly scenario: SlicingScenario;
  readonly config: LearnerConfig;
  readonly seed: number;
  /** Generator weights to start from. */
  readonly start: Weights | undefined;
  /** Users per access point that the generator's inputs are shares of. */
  readonly nominalUsers: number;
  /** Transitions in, policies and exploration out. */
  readonly control: MessagePort;
  readonly updatesPerSlot: number;
  readonly maxOwedUpdates: number;
  /** Drawn slots a policy is compared with the safe policy on; 0: none. */
  readonly gateSlots: number;
  /** ε follows the learner's schedule. */
  readonly scheduledExploration: boolean;
  /** File that the latest policy is kept in; null: none. */
  readonly keptIn: string | null;
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

async function openLearner(problem: Problem): Promise<Learner> {
  const { config, seed, start } = data;
  if (start === undefined) return createLearner({ problem, config, seed });
  try {
    return await createLearner({ problem, config, seed, start });
  } catch (error) {
    if ((error as { code?: string }).code !== "WEIGHTS_INVALID") throw error;
    report({ type: "start-refused", reason: (error as Error).message });
    return createLearner({ problem, config, seed });
  }
}

nameThread("training");
setThreadPriority(data.threadPriority);
const { scenario, control, updatesPerSlot, maxOwedUpdates, gateSlots } = data;
const { fewestUsersPerAccessPoint: _, ...fixed } = scenario;
const normalised = { ...fixed, usersPerAccessPoint: data.nominalUsers };
const problem = slicingProblem(normalised, data.config);
const learner = await openLearner(problem);
const gate = gateSlots > 0 ? new PolicyGate(scenario, gateSlots, data.seed) : undefined;

/** The file must decide as the learner does, and at least as well as the safe policy. */
async function check(policy: Uint8Array): Promise<string | undefined> {
  try {
    await verifyExport(problem, learner, policy);
  } catch (error) {
    return (error as Error).message;
  }
  const result = await gate?.judge(async (seen) => (await learner.greedy(seen)).actions);
  if (result === undefined || result.accepted) return undefined;
  const [learned, safe] = [result.learned.toFixed(4), result.safe.toFixed(4)];
  return `mean reward ${learned} on ${gateSlots} drawn slots, the safe policy's is ${safe}`;
}

const keeper =
  data.keptIn === null ? undefined : new PolicyKeeper(data.keptIn, () => performance.now());

function notKept(error: unknown): void {
  report({ type: "not-kept", reason: (error as Error).message });
}

const session = new TrainingSession(
  learner,
  { updatesPerSlot, maxOwedUpdates, episodeSlots: scenario.episodeSlots, check },
  {
    episodeEnded: (weights, samples) => report({ type: "episode-ended", weights, samples }),
    exported: (bytes, rate) => {
      tellControl({ type: "policy", name: "learned", bytes });
      void keeper?.take(bytes).catch(notKept);
      if (data.scheduledExploration) tellControl({ type: "exploration", rate });
    },
    withheld: (reason) => report({ type: "withheld", reason }),
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
  await keeper?.stop().catch(notKept);
  report({ type: "counts", counts: session.counts });
  control.close();
  parentPort?.close();
}

parentPort?.on("message", (command: TrainCommand) => {
  if (command.type === "stop") void stop();
  else void takeOver(command);
});

report({ type: "ready" });
