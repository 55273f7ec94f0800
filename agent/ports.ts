import { describeSlicing } from "../core/messages/bridge-slicing.ts";
import { type SlicingScenario, slicingScenarioSchema } from "../core/slicing/scenario.ts";
import type { Actuator } from "./actuate/actuator.ts";
import { RecordingActuator } from "./actuate/recording-actuator.ts";
import { createTcActuator } from "./actuate/tc/tc-actuator.ts";
import { Bridge } from "./bridge/bridge.ts";
import { MonotonicClock } from "./clock/monotonic-clock.ts";
import type { SlotClock } from "./clock/slot-clock.ts";
import type { AgentConfig } from "./config.ts";
import { DrawnSource } from "./observe/drawn-source.ts";
import type { ObservationSource } from "./observe/observation-source.ts";
import { createTcObservationSource } from "./observe/tc/tc-source.ts";

/** The control loop's surroundings as configuration chose them. */
export interface Ports {
  readonly clock: SlotClock;
  readonly source: ObservationSource;
  readonly actuator: Actuator;
  readonly scenario: SlicingScenario;
  /** Messages from a simulator that could not be read or were refused, so far. */
  invalidFrames(): number;
  stop(): Promise<void>;
}

/** A simulator may describe its scenario in full; the configured one stands in where it does not. */
function scenarioOf(bridge: Bridge | undefined, configured: SlicingScenario): SlicingScenario {
  const announced = slicingScenarioSchema.safeParse(bridge?.system.scenario);
  return announced.success ? announced.data : configured;
}

async function openBridge(
  config: AgentConfig,
  signal: AbortSignal,
  onFault: (reason: string) => void,
): Promise<Bridge | undefined> {
  const { observe, actuate, bridge, agent, scenario } = config;
  if (observe.kind !== "bridge" && actuate.kind !== "bridge") return undefined;
  const opened = new Bridge({
    address: bridge.address,
    agent,
    defaults: describeSlicing(scenario),
    connectTimeoutMs: bridge.connectTimeoutMs,
    onFault: (error) => onFault(error.message),
  });
  await opened.start(signal);
  return opened;
}

function openSource(
  { observe }: AgentConfig,
  scenario: SlicingScenario,
  bridge: Bridge | undefined,
): ObservationSource {
  switch (observe.kind) {
    case "bridge":
      return (bridge as Bridge).source;
    case "drawn":
      return new DrawnSource(scenario, observe.seed);
    case "tc":
      return createTcObservationSource(observe, scenario);
  }
}

function openActuator(
  { actuate }: AgentConfig,
  scenario: SlicingScenario,
  bridge: Bridge | undefined,
): Actuator {
  switch (actuate.kind) {
    case "bridge":
      return (bridge as Bridge).actuator;
    case "recording":
      return new RecordingActuator();
    case "tc":
      return createTcActuator(actuate, scenario);
  }
}

/**
 * Opens clock, observation and actuator. A simulator paces the agent where it gives the
 * observations; the box's own monotonic clock does otherwise.
 */
export async function openPorts(
  config: AgentConfig,
  signal: AbortSignal,
  onFault: (reason: string) => void,
): Promise<Ports> {
  const bridge = await openBridge(config, signal, onFault);
  const scenario = scenarioOf(bridge, config.scenario);
  const source = openSource(config, scenario, bridge);
  const actuator = openActuator(config, scenario, bridge);
  const clock: SlotClock =
    bridge !== undefined && config.observe.kind === "bridge"
      ? bridge.clock
      : new MonotonicClock(scenario.slotMs);
  await source.start(signal);
  await actuator.start(signal);
  return {
    clock,
    source,
    actuator,
    scenario,
    invalidFrames: () => (bridge ? bridge.counts.invalidFrames + bridge.counts.refusals : 0),
    stop: async () => {
      clock.stop();
      await source.stop();
      await actuator.stop();
      bridge?.stop();
    },
  };
}
