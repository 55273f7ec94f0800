import { loadNetlink } from "../platform/netlink-socket.ts";
import type { Actuator } from "./actuate/actuator.ts";
import { type ActuatorNotices, createActuator } from "./actuators.ts";
import { Bridge } from "./bridge/bridge.ts";
import { MonotonicClock } from "./clock/monotonic-clock.ts";
import type { SlotClock } from "./clock/slot-clock.ts";
import type { AgentConfig } from "./config.ts";
import { DrawnSource } from "./observe/drawn-source.ts";
import type { ObservationSource } from "./observe/observation-source.ts";
import { createTcObservationSource } from "./observe/tc/tc-source.ts";
import type { AgentSystem } from "./system.ts";
import {
  configuredSystem,
  createSystem,
  portNotOf,
  type SystemModel,
  systemModel,
} from "./system-model.ts";

/** Where the ports say what happens besides their answers, in words. */
export interface PortNotices extends ActuatorNotices {
  readonly bridgeFault: (reason: string) => void;
}

/** The control loop's surroundings as configuration chose them. */
export interface Ports {
  readonly clock: SlotClock;
  readonly source: ObservationSource;
  readonly actuator: Actuator;
  readonly model: SystemModel;
  readonly system: AgentSystem;
  /** The loop begins: slots before are not its own. */
  begin(): void;
  /** Messages from a simulator that could not be read or were refused, so far. */
  invalidFrames(): number;
  stop(): Promise<void>;
}

async function openBridge(
  config: AgentConfig,
  signal: AbortSignal,
  onFault: (reason: string) => void,
): Promise<Bridge | undefined> {
  const { observe, actuate, bridge, agent } = config;
  if (observe.kind !== "bridge" && actuate.kind !== "bridge") return undefined;
  const opened = new Bridge({
    address: bridge.address,
    agent,
    defaults: configuredSystem(config),
    connectTimeoutMs: bridge.connectTimeoutMs,
    onFault: (error) => onFault(error.message),
  });
  await opened.start(signal);
  return opened;
}

/** @throws SlotwiseError CONFIG_INVALID where it is of another system, or does not fit the scenario */
export function openSource(
  { observe }: AgentConfig,
  model: SystemModel,
  system: AgentSystem,
  bridge: Bridge | undefined,
): ObservationSource {
  switch (observe.kind) {
    case "bridge":
      return (bridge as Bridge).source;
    case "drawn":
      return new DrawnSource(system.drawnObservations(observe.seed));
    case "tc":
      if (model.system !== "slicing") throw portNotOf("observe.kind tc", model);
      return createTcObservationSource(observe, model.scenario, { loadNetlink });
  }
}

/**
 * Opens clock, observation and actuator. A simulator paces the agent where it gives the
 * observations; the box's own monotonic clock does otherwise.
 */
export async function openPorts(
  config: AgentConfig,
  signal: AbortSignal,
  notices: PortNotices,
): Promise<Ports> {
  const bridge = await openBridge(config, signal, notices.bridgeFault);
  const model = systemModel(config, bridge?.system ?? configuredSystem(config));
  const system = createSystem(config, model);
  const source = openSource(config, model, system, bridge);
  const actuator = createActuator(config, model, bridge?.actuator, notices);
  const clock: SlotClock =
    bridge !== undefined && config.observe.kind === "bridge"
      ? bridge.clock
      : new MonotonicClock(model.slotMs);
  await source.start(signal);
  await actuator.start(signal);
  return {
    clock,
    source,
    actuator,
    model,
    system,
    begin: () => bridge?.begin(),
    invalidFrames: () => (bridge ? bridge.counts.invalidFrames + bridge.counts.refusals : 0),
    stop: async () => {
      clock.stop();
      await source.stop();
      await actuator.stop();
      bridge?.stop();
    },
  };
}
