import { setImmediate as eventLoopTurn } from "node:timers/promises";
import { parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import { SlotwiseError } from "../../core/errors.ts";
import { nameThread } from "../../platform/thread-name.ts";
import { scheduleThread, type ThreadSchedule } from "../../platform/thread-schedule.ts";
import type { AgentConfig } from "../config.ts";
import { createSystem, type SystemModel } from "../system-model.ts";
import {
  exchanged,
  type InferenceCommand,
  type InferenceThreadData,
  type OpeningReport,
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

/** A question that was expected comes within this time, or this thread sleeps again. */
const expectationNs = 300_000n;

const { setup, exchange, port } = workerData as InferenceThreadData<PolicyWorkerSetup>;
const { numbers, observation, action } = exchange;
nameThread("policy");
scheduleThread(setup.schedule);
const system = createSystem(setup.config, setup.model);
const policies = new Map<number, OpenPolicy>();
let opening = 0;
let stopped = false;

function report(message: OpeningReport): void {
  parentPort?.postMessage(message);
}

async function open({ policy, name, bytes }: Open): Promise<void> {
  opening++;
  try {
    policies.set(policy, await system.openPolicy(bytes, name));
    report({ type: "opened", policy });
  } catch (error) {
    const { facts } =
      error instanceof SlotwiseError ? error : policyRefused(name, reasonOf(error), error);
    report({ type: "refused", policy, facts });
  } finally {
    opening--;
  }
}

async function release(policy: number): Promise<void> {
  const released = policies.get(policy);
  policies.delete(policy);
  await released?.release();
}

function carryOut(command: InferenceCommand): void {
  switch (command.type) {
    case "open":
      void open(command);
      break;
    case "release":
      void release(command.policy);
      break;
    case "stop":
      stopped = true;
      break;
  }
}

function carryOutCommands(): void {
  for (;;) {
    const command = receiveMessageOnPort(port)?.message as InferenceCommand | undefined;
    if (command === undefined) return;
    carryOut(command);
  }
}

function isAsked(): boolean {
  return Atomics.load(numbers, exchanged.asked) !== Atomics.load(numbers, exchanged.answered);
}

/** Length of the action; below 0 where there is none. */
async function decide(): Promise<number> {
  const policy = policies.get(numbers[exchanged.policy] as number);
  try {
    const length = numbers[exchanged.observationLength];
    const decided = (await policy?.decide(observation.slice(0, length))) ?? [];
    action.set(decided);
    return decided.length;
  } catch (error) {
    port.postMessage(reasonOf(error));
    return -1;
  }
}

async function answer(): Promise<void> {
  const question = Atomics.load(numbers, exchanged.asked);
  numbers[exchanged.actionLength] = await decide();
  Atomics.store(numbers, exchanged.answered, question);
  Atomics.notify(numbers, exchanged.answered);
}

/** Until the bell rings again, and longer where that says that a question is about to come. */
function awaitBell(rung: number): void {
  Atomics.wait(numbers, exchanged.bell, rung);
  if (Atomics.exchange(numbers, exchanged.expected, 0) === 0) return;
  const untilNs = process.hrtime.bigint() + expectationNs;
  while (!isAsked() && process.hrtime.bigint() < untilNs);
}

while (!stopped) {
  const rung = Atomics.load(numbers, exchanged.bell);
  if (isAsked()) await answer();
  carryOutCommands();
  if (opening > 0) await eventLoopTurn();
  else if (!stopped && !isAsked()) awaitBell(rung);
}
for (const policy of policies.keys()) await release(policy);
port.close();
