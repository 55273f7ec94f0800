import { readFileSync } from "node:fs";
import { setImmediate as eventLoopTurn } from "node:timers/promises";
import { build, type Histogram } from "hdr-histogram-js";
import { createActuator } from "../../agent/actuators.ts";
import { MonotonicClock } from "../../agent/clock/monotonic-clock.ts";
import { loadAgentConfig } from "../../agent/config.ts";
import { DecisionMaker } from "../../agent/control/decision.ts";
import { CommandLog } from "../../agent/control/read-back-check.ts";
import { createTcObservationSource } from "../../agent/observe/tc/tc-source.ts";
import { ModelPolicies } from "../../agent/policy/model-policies.ts";
import { configuredSystem, createSystem, systemModel } from "../../agent/system-model.ts";
import { createRandom } from "../../core/random.ts";
import { loadNetlink } from "../../platform/netlink-socket.ts";
import { modelPath } from "../../platform/shipped-models.ts";
import { scheduleNodeThreads, scheduleThread } from "../../platform/thread-schedule.ts";
import type { KernelPathTimes, StageName } from "./kernel-path.ts";

/** A process of its own in the link's namespace, scheduled as an agent with --realtime is. */
const [agentConfig = "{}", slotsText = "0", periodText = "0"] = process.argv.slice(2);
const [slots, periodMs] = [Number(slotsText), Number(periodText)];
const warmUpSlots = 300;
const nowNs = process.hrtime.bigint;

scheduleNodeThreads(38);
const schedule = { nice: -10, realtimePriority: 40, cpu: null };
const faults = scheduleThread(schedule);
if (faults.length > 0) process.stderr.write(`not scheduled: ${faults.join("; ")}\n`);

const config = loadAgentConfig(undefined, JSON.parse(agentConfig));
const model = systemModel(config, configuredSystem(config));
if (model.system !== "slicing" || config.observe.kind !== "tc") throw new Error("not of a link");
const system = createSystem(config, model);
const source = createTcObservationSource(config.observe, model.scenario, { loadNetlink });
const ignored = { event: () => undefined, rehearsed: () => undefined };
const actuator = createActuator(config, model, undefined, ignored);
const decisions = new DecisionMaker({ ...system, exploration: undefined, nowNs });
const commands = new CommandLog(config.control.readBackTolerance);
const policies = new ModelPolicies({
  setup: { config, model, schedule: { ...schedule, realtimePriority: 39 } },
  shape: system,
  limitNs: () => decisions.limitNs,
  events: {
    installed: (policy) => {
      decisions.policy = policy;
    },
    refused: (_, error) => {
      throw error;
    },
    reopening: () => undefined,
  },
});

const times: Record<StageName, Histogram> = {
  observe: build(),
  decide: build(),
  apply: build(),
  path: build(),
};
const clock = periodMs > 0 ? new MonotonicClock(periodMs) : undefined;
const random = createRandom(5);
let mismatches = 0;

/** A random allocation takes the decided one's place, so that every slot has something to write. */
async function pass(slot: number): Promise<void> {
  const action = Float64Array.from(system.randomAction(random));
  const beganNs = nowNs();
  decisions.policy?.expect?.();
  const { observation } = await source.read({
    slot,
    startedNs: beganNs,
    deadlineNs: beganNs,
    skipped: 0,
  });
  const observedNs = nowNs();
  await decisions.decide(observation, observedNs + 1_000_000_000n);
  const decidedNs = nowNs();
  commands.record(slot, action);
  await actuator.apply(slot, action);
  const confirmed = actuator.readBack();
  if (confirmed === undefined || !commands.check(confirmed)?.matches) mismatches++;
  const endedNs = nowNs();
  if (slot < warmUpSlots) return;
  times.observe.recordValue(Number(observedNs - beganNs) / 1e3);
  times.decide.recordValue(Number(decidedNs - observedNs) / 1e3);
  times.apply.recordValue(Number(endedNs - decidedNs) / 1e3);
  times.path.recordValue(Number(endedNs - beganNs) / 1e3);
}

const { signal } = new AbortController();
await source.start(signal);
await actuator.start(signal);
await policies.start({ name: "slicing", bytes: readFileSync(modelPath("slicing")) });
for (let slot = 0; slot < warmUpSlots + slots; slot++) {
  await (clock?.next() ?? eventLoopTurn());
  await pass(slot);
}
await source.stop();
await actuator.stop();
await policies.stop();

const stage = (name: StageName) => {
  const { maxValue, totalCount } = times[name];
  const at = (percentile: number) => times[name].getValueAtPercentile(percentile);
  return { p50: at(50), p99: at(99), p999: at(99.9), max: maxValue, slots: totalCount };
};
const result: KernelPathTimes = {
  observeUs: stage("observe"),
  decideUs: stage("decide"),
  applyUs: stage("apply"),
  pathUs: stage("path"),
  mismatches,
  histogram: times.path.outputPercentileDistribution(),
};
process.stdout.write(JSON.stringify(result));
