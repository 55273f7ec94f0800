import { setTimeout as sleep } from "node:timers/promises";
import { type MessagePort, Worker } from "node:worker_threads";
import type { FederationGlobalHeader } from "../core/messages/federation-global.ts";
import type { SlicingScenario } from "../core/slicing/scenario.ts";
import type { Weights } from "../core/weights/tensor.ts";
import type { LearnerConfig } from "../learning/algorithms/learner-config.ts";
import { edgeLearner } from "../learning/presets.ts";
import type { AgentConfig } from "./config.ts";
import { keptPolicyFile } from "./kept-policy.ts";
import type { StartingModel } from "./starting-model.ts";
import type { TrainWorkerData } from "./train/worker.ts";
import type { TrainCommand, TrainReport } from "./train/worker-messages.ts";

/** The rest of the agent goes on to its end without a thread that has not ended by then. */
const stopGraceMs = 2000;

/**
 * How learning goes on from a model file. The file holds the generator alone, and a discriminator
 * that starts from nothing undoes what the generator knows: from a mean reward of 1.32 to 1.02 in
 * ten episodes, against 1.34 without the adversarial term of (12). So that term is left out.
 */
function goingOn(config: LearnerConfig): LearnerConfig {
  return { ...config, adversarialWeight: 0 };
}

/** The thread that learns. Its death ends learning and nothing else. */
export class TrainingThread {
  private readonly worker: Worker;
  private readonly exited: Promise<void>;

  constructor(
    config: AgentConfig,
    scenario: SlicingScenario,
    model: StartingModel | undefined,
    control: MessagePort,
  ) {
    const { learner } = config;
    const learned = model?.learned;
    const data: TrainWorkerData = {
      scenario,
      config: learner.config ?? (learned ? goingOn(learned.config) : edgeLearner),
      seed: learner.seed,
      start: learned?.weights,
      nominalUsers: learned?.nominalUsers ?? scenario.usersPerAccessPoint,
      control,
      updatesPerSlot: learner.updatesPerSlot,
      maxOwedUpdates: learner.maxOwedUpdates,
      gateSlots: learner.gateSlots,
      scheduledExploration: learner.explorationRate === null,
      keptIn: keptPolicyFile(config),
      threadPriority: learner.threadPriority,
      reportPeriodMs: config.telemetryPeriodMs,
    };
    this.worker = new Worker(new URL("./train/worker.js", import.meta.url), {
      workerData: data,
      transferList: [control],
    });
    this.exited = new Promise((resolve) => this.worker.once("exit", () => resolve()));
  }

  onReport(listener: (report: TrainReport) => void): void {
    this.worker.on("message", listener);
  }

  /** Called once, when learning has ended before it was stopped. */
  onDeath(listener: (reason: string) => void): void {
    this.worker.once("error", (error) => listener(error.message));
  }

  takeOver(header: FederationGlobalHeader, weights: Weights): void {
    const command: TrainCommand = { type: "global", header, weights };
    this.worker.postMessage(command);
  }

  /**
   * Asks the thread to end, and waits for a while. It is not forced to: ONNX Runtime ends the whole
   * process when its thread is terminated in a call. The process ends when the thread has.
   *
   * @returns whether it has ended
   */
  stop(): Promise<boolean> {
    this.worker.postMessage({ type: "stop" } satisfies TrainCommand);
    const ended = this.exited.then(() => true);
    return Promise.race([ended, sleep(stopGraceMs, false, { ref: false })]);
  }
}
