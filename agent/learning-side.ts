import { MessageChannel, type MessagePort } from "node:worker_threads";
import type { FederationGlobalHeader } from "../core/messages/federation-global.ts";
import type { UpdateFacts } from "../core/messages/federation-update.ts";
import type { SlicingScenario } from "../core/slicing/scenario.ts";
import type { Weights } from "../core/weights/tensor.ts";
import type { FederationClient, GlobalModel } from "../platform/link/federation-client.ts";
import type { Logger } from "../platform/log.ts";
import type { AgentConfig } from "./config.ts";
import type { StartingModel } from "./starting-model.ts";
import type { LearnerFacts } from "./telemetry/agent-telemetry.ts";
import type { TrainingCounts } from "./train/training-session.ts";
import type { TrainReport } from "./train/worker-messages.ts";
import { TrainingThread } from "./training-thread.ts";

/** What leaves the agent after an episode. */
export type SendUpdate = (facts: UpdateFacts, weights: Weights) => void;

/** Learning as the main thread sees it: a thread, its counts, and its part in the federation. */
export class LearningSide {
  /** For the control thread: transitions out, policies in. */
  readonly controlPort: MessagePort;
  private readonly trainingPort: MessagePort;
  private readonly config: AgentConfig;
  private readonly federation: FederationClient;
  private readonly log: Logger;
  private thread: TrainingThread | undefined;
  private counts: TrainingCounts | undefined;
  private dead = false;
  private measured = { atMs: 0, updates: 0, perSecond: 0 };

  constructor(config: AgentConfig, federation: FederationClient, log: Logger) {
    const { port1, port2 } = new MessageChannel();
    this.controlPort = port1;
    this.trainingPort = port2;
    this.config = config;
    this.federation = federation;
    this.log = log;
  }

  get trainingCounts(): TrainingCounts | undefined {
    return this.counts;
  }

  /** Undefined before the first report, and once learning has died. */
  facts(): LearnerFacts | undefined {
    if (this.counts === undefined || this.dead) return undefined;
    const explorationRate = this.config.learner.explorationRate ?? this.counts.explorationRate;
    return { counts: this.counts, updatesPerSecond: this.measured.perSecond, explorationRate };
  }

  start(scenario: SlicingScenario, model: StartingModel | undefined, send: SendUpdate): void {
    this.measured.atMs = performance.now();
    this.thread = new TrainingThread(this.config, scenario, model, this.trainingPort);
    this.thread.onReport((report) => this.take(report, send));
    this.thread.onDeath((reason) => {
      this.dead = true;
      this.log.error({ reason }, "learning has ended; the control loop goes on");
    });
  }

  globalArrived(header: FederationGlobalHeader, weights: Weights): void {
    this.takeOver(this.federation.globalArrived({ header, weights }));
  }

  async stop(): Promise<void> {
    this.trainingPort.close();
    if ((await this.thread?.stop()) !== false) return;
    this.log.warn("learning has not ended yet; the process ends when it has");
  }

  private take(report: TrainReport, send: SendUpdate): void {
    switch (report.type) {
      case "ready":
        this.log.info("learning");
        break;
      case "counts":
        this.countsArrived(report.counts);
        break;
      case "episode-ended":
        this.episodeEnded(report.weights, report.samples, send);
        break;
      case "global-adopted":
        this.federation.globalAdopted(report.header);
        break;
      case "start-refused":
      case "global-refused":
      case "withheld":
      case "not-kept":
        this.log.warn({ reason: report.reason }, report.type);
        break;
    }
  }

  private countsArrived(counts: TrainingCounts): void {
    const nowMs = performance.now();
    const updates = counts.updates - this.measured.updates;
    const perSecond = (1e3 * updates) / Math.max(1, nowMs - this.measured.atMs);
    this.measured = { atMs: nowMs, updates: counts.updates, perSecond };
    this.counts = counts;
  }

  private episodeEnded(weights: Weights, samples: number, send: SendUpdate): void {
    const facts = this.federation.episodeEnded(samples);
    if (facts !== undefined) send(facts, weights);
    this.takeOver(this.federation.globalDue());
  }

  private takeOver(model: GlobalModel | undefined): void {
    if (model === undefined || this.dead) return;
    this.thread?.takeOver(model.header, model.weights);
  }
}
