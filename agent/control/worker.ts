import { parentPort, workerData } from "node:worker_threads";
import { createRandom } from "../../core/random.ts";
import { nameThread } from "../../platform/thread-name.ts";
import { scheduleThread, type ThreadSchedule } from "../../platform/thread-schedule.ts";
import type { AgentConfig } from "../config.ts";
import { ModelPolicies, type ModelPolicyEvents } from "../policy/model-policies.ts";
import { openPorts, type Ports } from "../ports.ts";
import type { AgentSystem } from "../system.ts";
import { ControlLoop } from "./control-loop.ts";
import { DecisionMaker } from "./decision.ts";
import { Exploration } from "./exploration.ts";
import { FaultReport } from "./fault-report.ts";
import { LoopRecord } from "./loop-record.ts";
import { CommandLog } from "./read-back-check.ts";
import { RehearsedWrites } from "./rehearsed-writes.ts";
import type { SlotOutcome } from "./slot-outcome.ts";
import { Trust } from "./trust.ts";
import type { ControlCommand, ControlReport, ControlWorkerData } from "./worker-messages.ts";

const { config, model, training, progress } = workerData as ControlWorkerData<AgentConfig>;
const stopping = new AbortController();
const nowNs = process.hrtime.bigint;

function report(message: ControlReport): void {
  parentPort?.postMessage(message);
}

const faults = new FaultReport((reason, suppressed) =>
  report({ type: "fault", reason, suppressed }),
);

const rehearsals = new RehearsedWrites((writes, suppressed) =>
  report({ type: "rehearsed", writes, suppressed }),
);

function createExploration(system: AgentSystem): Exploration | undefined {
  if (training === undefined) return undefined;
  const { explorationRate, seed } = config.learner;
  return new Exploration(explorationRate ?? 1, createRandom(seed, 3), system.randomAction);
}

/** Below the control thread, which must run when an inference has taken too long. */
function policySchedule({ realtimePriority, ...schedule }: ThreadSchedule): ThreadSchedule {
  return { ...schedule, realtimePriority: realtimePriority && Math.max(1, realtimePriority - 1) };
}

function createPolicies(
  ports: Ports,
  schedule: ThreadSchedule,
  decisions: DecisionMaker,
): ModelPolicies {
  const setup = { config, model: ports.model, schedule: policySchedule(schedule) };
  const events: ModelPolicyEvents = {
    installed: (policy) => {
      decisions.policy = policy;
      report({ type: "policy-installed", name: policy.name });
    },
    refused: ({ name }, error) =>
      report({ type: "policy-refused", name, reason: (error as Error).message }),
    reopening: () =>
      report({ type: "event", event: "inference hangs: the policy is opened in a new thread" }),
  };
  const limitNs = () => decisions.limitNs;
  return new ModelPolicies({ setup, shape: ports.system, limitNs, events });
}

async function startPolicy(
  system: AgentSystem,
  decisions: DecisionMaker,
  policies: ModelPolicies,
): Promise<void> {
  if (model?.bytes !== undefined) await policies.start({ name: model.name, bytes: model.bytes });
  else if (model !== undefined) {
    decisions.policy = system.builtInPolicy(model.name, config.learner.seed);
  }
}

function createLoop(ports: Ports, decisions: DecisionMaker): ControlLoop {
  const { readBackTolerance, decisionMarginMs, mode } = config.control;
  const { degradeAfterSlots: afterBadSlots, recoverAfterSlots } = config.control;
  return new ControlLoop({
    clock: ports.clock,
    source: ports.source,
    decisions,
    actuator: ports.actuator,
    commands: new CommandLog(readBackTolerance),
    trust: new Trust({ afterBadSlots, recoverAfterSlots }),
    mode,
    nowNs,
    marginNs: BigInt(Math.round(decisionMarginMs * 1e6)),
  });
}

/** What follows a slot once its action is in force: learning, telemetry, a new policy. */
function afterSlot(
  ports: Ports,
  policies: ModelPolicies,
  record: LoopRecord,
  policyName: () => string,
) {
  let reportedMs = performance.now();
  return (outcome: SlotOutcome): boolean => {
    Atomics.add(progress, 0, 1);
    for (const transition of record.add(outcome)) training?.postMessage(transition);
    policies.betweenSlots();
    const nowMs = performance.now();
    for (const fault of outcome.faults) faults.add(fault, nowMs);
    rehearsals.slotEnded(nowMs);
    for (const event of outcome.events) report({ type: "event", event });
    if (nowMs - reportedMs >= config.telemetryPeriodMs) {
      reportedMs = nowMs;
      report({ type: "status", status: record.status(policyName(), ports.invalidFrames()) });
    }
    const enough = config.slots !== null && record.slots >= config.slots;
    return !enough && !stopping.signal.aborted;
  };
}

function listen(policies: ModelPolicies, exploration: Exploration | undefined): void {
  training?.on("message", (command: ControlCommand) => {
    if (command.type === "policy") policies.offer(command);
    if (command.type === "exploration" && exploration) exploration.rate = command.rate;
  });
}

async function run(): Promise<void> {
  parentPort?.on("message", (command: ControlCommand) => {
    if (command.type === "stop") stopping.abort();
  });
  nameThread("control");
  const { threadPriority: nice, realtimePriority, cpu } = config.control;
  const schedule = { nice, realtimePriority, cpu };
  const scheduleFaults = scheduleThread(schedule);
  const ports = await openPorts(config, stopping.signal, {
    bridgeFault: (reason) => faults.add({ verb: "bridge", reason }, performance.now()),
    event: (event) => report({ type: "event", event }),
    rehearsed: (write) => rehearsals.add(write),
  });
  const { system } = ports;
  const { envelope, safePolicy, observationLength, safePolicyName } = system;
  const exploration = createExploration(system);
  const decisions = new DecisionMaker({
    envelope,
    safePolicy,
    observationLength,
    exploration,
    nowNs,
  });
  const policies = createPolicies(ports, schedule, decisions);
  await startPolicy(system, decisions, policies);
  listen(policies, exploration);
  const policyName = () => decisions.policy?.name ?? safePolicyName;
  report({ type: "ready", model: ports.model, policy: policyName(), scheduleFaults });
  const record = new LoopRecord();
  ports.begin();
  try {
    const onOutcome = afterSlot(ports, policies, record, policyName);
    const late = await createLoop(ports, decisions).run(onOutcome);
    record.addReadBacks(late.checks);
    for (const fault of late.faults) faults.add(fault, performance.now());
  } finally {
    await ports.stop().finally(() => policies.stop());
  }
  report({ type: "ended", status: record.status(policyName(), ports.invalidFrames()) });
  training?.close();
  parentPort?.close();
}

try {
  await run();
} catch (error) {
  const stoppedAtStart = error === stopping.signal.reason;
  if (!stoppedAtStart) throw error;
  process.exit();
}
