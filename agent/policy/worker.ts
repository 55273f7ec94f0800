import { parentPort, workerData } from "node:worker_threads";
import { SlotwiseError } from "../../core/errors.ts";
import { nameThread } from "../../platform/thread-name.ts";
import { scheduleThread, type ThreadSchedule } from "../../platform/thread-schedule.ts";
import type { AgentConfig } from "../config.ts";
import { createSystem, type SystemModel } from "../system-model.ts";
import type {
  InferenceAnswer,
  InferenceCommand,
  InferenceThreadData,
  OpeningReport,
} from "./inference-messages.ts";
import type { OpenPolicy } from "./open-policy.ts";
import { policyRefused, reasonOf } from "./policy-refusal.ts";

/** What the thread needs to open policies of the agent's system. */
export interface PolicyWorkerSetup {
  readonly config: AgentConfig;
  readonly model: SystemModel;
  readonly schedule: ThreadSchedule;
}

type Open = Extract<InferenceCommand, { type: "open" }>;
type Decide = Extract<InferenceCommand, { type: "decide" }>;

const { setup, answers, bell } = workerData as InferenceThreadData<PolicyWorkerSetup>;
nameThread("policy");
scheduleThread(setup.schedule);
const system = createSystem(setup.config, setup.model);
const policies = new Map<number, OpenPolicy>();

function report(message: OpeningReport): void {
  parentPort?.postMessage(message);
}

async function open({ policy, name, bytes }: Open): Promise<void> {
  try {
    policies.set(policy, await system.openPolicy(bytes, name));
    report({ type: "opened", policy });
  } catch (error) {
    const { facts } =
      error instanceof SlotwiseError ? error : policyRefused(name, reasonOf(error), error);
    report({ type: "refused", policy, facts });
  }
}

async function answerTo({ policy, question, observation }: Decide): Promise<InferenceAnswer> {
  try {
    const action = await policies.get(policy)?.decide(observation);
    return { question, action: Float64Array.from(action ?? []) };
  } catch (error) {
    return { question, failure: reasonOf(error) };
  }
}

async function decide(command: Decide): Promise<void> {
  answers.postMessage(await answerTo(command));
  Atomics.add(bell, 0, 1);
  Atomics.notify(bell, 0);
}

async function release(policy: number): Promise<void> {
  const released = policies.get(policy);
  policies.delete(policy);
  await released?.release();
}

async function stop(): Promise<void> {
  for (const policy of policies.keys()) await release(policy);
  answers.close();
  parentPort?.close();
}

parentPort?.on("message", (command: InferenceCommand) => {
  switch (command.type) {
    case "open":
      void open(command);
      break;
    case "decide":
      void decide(command);
      break;
    case "release":
      void release(command.policy);
      break;
    case "stop":
      void stop();
      break;
  }
});
