import { randomUUID } from "node:crypto";
import type { FederationGlobalHeader } from "../core/messages/federation-global.ts";
import type { Weights } from "../core/weights/tensor.ts";
import { type AgentLink, createLink } from "../platform/link/agent-link.ts";
import { FederationClient } from "../platform/link/federation-client.ts";
import type { Logger } from "../platform/log.ts";
import { scheduleNodeThreads } from "../platform/thread-schedule.ts";
import { systemFiles } from "./actuate/system-files.ts";
import type { AgentConfig } from "./config.ts";
import type { ControlReport, ControlStatus } from "./control/worker-messages.ts";
import { ControlThread } from "./control-thread.ts";
import { BoxHealth, type HealthReading } from "./health/box-health.ts";
import { openFirstPolicy } from "./kept-policy.ts";
import { LearningSide } from "./learning-side.ts";
import type { StartingModel } from "./starting-model.ts";
import { type AgentReport, agentReport } from "./telemetry/agent-report.ts";
import { type AgentFacts, agentTelemetry } from "./telemetry/agent-telemetry.ts";
import { takeInventory } from "./telemetry/inventory.ts";

/** Who looks after the process from outside. */
export interface Supervisor {
  /** @param progress slots that have passed; grows while the loop lives */
  ready(progress: () => number): void;
  stopping(): void;
}

/** One agent: its threads, its link, and what it says of itself. */
class Agent {
  private readonly config: AgentConfig;
  private readonly log: Logger;
  private readonly supervisors: readonly Supervisor[];
  private control: ControlThread | undefined;
  private readonly incarnation = randomUUID();
  private readonly startedMs = performance.now();
  private readonly federation: FederationClient;
  private readonly learning: LearningSide | undefined;
  private readonly link: AgentLink | undefined;
  private readonly health = new BoxHealth(systemFiles, { sys: "/sys", proc: "/proc" });
  private lastHealth: HealthReading | undefined;
  private facts: AgentFacts | undefined;
  private policy: string;

  constructor(config: AgentConfig, log: Logger, supervisors: readonly Supervisor[]) {
    this.config = config;
    this.supervisors = supervisors;
    this.log = log;
    this.policy = config.policy.model ?? config.system;
    this.federation = new FederationClient(config.agent, this.incarnation);
    if (config.learner.enabled) this.learning = new LearningSide(config, this.federation, log);
    this.link = this.openLink();
  }

  async run(signal: AbortSignal): Promise<AgentReport> {
    const model = openFirstPolicy(this.config, this.log);
    this.scheduleNodeThreads();
    void this.logInventory();
    this.health.start();
    const control = new ControlThread(this.config, model, this.learning?.controlPort);
    this.control = control;
    signal.addEventListener("abort", () => control.stop(), { once: true });
    try {
      const ended = control.run((report) => this.take(report, model));
      if (signal.aborted) control.stop();
      await ended;
    } finally {
      for (const supervisor of this.supervisors) supervisor.stopping();
      this.health.stop();
      await this.learning?.stop();
      await this.link?.stop();
    }
    return agentReport(this.facts, this.learning?.trainingCounts, this.lastHealth);
  }

  /** Below control and policy, which wait for them. */
  private scheduleNodeThreads(): void {
    const { realtimePriority } = this.config.control;
    if (realtimePriority === null) return;
    const [reason] = scheduleNodeThreads(Math.max(1, realtimePriority - 2));
    if (reason !== undefined) this.log.warn({ reason }, "Node's own threads not scheduled");
  }

  private openLink(): AgentLink | undefined {
    const { link, agent, system, learner, federation } = this.config;
    if (link === null) return undefined;
    const identity = {
      agent,
      incarnation: this.incarnation,
      system,
      federated: learner.enabled && federation.enabled,
      startedAtMs: Date.now(),
      policy: this.policy,
    };
    const onGlobal = (header: FederationGlobalHeader, weights: Weights) => {
      if (federation.enabled) this.learning?.globalArrived(header, weights);
    };
    const onRound = this.federation.roundOpened.bind(this.federation);
    return createLink(link, identity, { onRound, onGlobal }, this.log);
  }

  private take(report: ControlReport, model: StartingModel | undefined): void {
    switch (report.type) {
      case "ready":
        this.ready(report, model);
        break;
      case "status":
      case "ended":
        this.publish(report.status);
        break;
      case "policy-installed":
        this.log.debug({ policy: report.name }, "policy in force");
        break;
      case "policy-refused":
        this.log.warn({ policy: report.name, reason: report.reason }, "policy refused");
        break;
      case "fault":
        this.log.warn({ suppressed: report.suppressed }, report.reason);
        break;
      case "rehearsed":
        this.log.info({ suppressed: report.suppressed }, `dry run: ${report.writes.join("; ")}`);
        break;
      case "event":
        this.log.warn(report.event);
        break;
    }
  }

  private ready(
    report: Extract<ControlReport, { type: "ready" }>,
    model: StartingModel | undefined,
  ): void {
    const { policy, scheduleFaults, model: controlled } = report;
    this.log.info({ policy, mode: this.config.control.mode }, "slots begin");
    for (const reason of scheduleFaults) this.log.warn({ reason }, "control thread not scheduled");
    const progress = () => this.control?.slotsPassed ?? 0;
    for (const supervisor of this.supervisors) supervisor.ready(progress);
    this.policy = policy;
    this.link?.start();
    this.link?.publishState(policy);
    if (controlled.system !== "slicing") return;
    this.learning?.start(controlled.scenario, model, (header, weights) => {
      if (this.config.federation.enabled) this.link?.sendUpdate(header, weights);
    });
  }

  private publish(status: ControlStatus): void {
    this.lastHealth = this.health.read(performance.now());
    this.log.debug({ health: this.lastHealth }, "this box");
    this.facts = {
      agent: this.config.agent,
      incarnation: this.incarnation,
      system: this.config.system,
      uptimeMs: Math.round(performance.now() - this.startedMs),
      status,
      federation: this.federation.status,
      link: this.link?.counters,
      learner: this.learning?.facts(),
      rssBytes: process.memoryUsage.rss(),
    };
    this.link?.publishTelemetry(agentTelemetry(this.facts));
    if (status.current.policy === this.policy) return;
    this.policy = status.current.policy;
    this.link?.publishState(this.policy);
  }

  private async logInventory(): Promise<void> {
    try {
      this.log.info({ inventory: await takeInventory() }, "this box");
    } catch (error) {
      this.log.warn({ reason: String(error) }, "no inventory of this box");
    }
  }
}

/**
 * Runs an agent until the signal aborts or the configured slots are done, then gives the device back
 * and says what it did. A broker, cloud or simulator that is not there never ends it.
 *
 * @throws SlotwiseError as the control thread did; WORKER_FAILED where that died of something else
 * @throws SlotwiseError CONFIG_INVALID when the model can be neither a file nor a name
 */
export function runAgent(
  config: AgentConfig,
  log: Logger,
  signal: AbortSignal,
  supervisors: readonly Supervisor[],
): Promise<AgentReport> {
  return new Agent(config, log, supervisors).run(signal);
}
