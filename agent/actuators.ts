import { loadNetlink } from "../platform/netlink-socket.ts";
import type { Actuator } from "./actuate/actuator.ts";
import { type BoxSurroundings, createBoxActuator } from "./actuate/box/box-actuator.ts";
import {
  type CgroupActuatorParts,
  createCgroupActuator,
} from "./actuate/cgroup/cgroup-actuator.ts";
import { bothDirections, bothHalves } from "./actuate/device-pair.ts";
import { openFiles } from "./actuate/open-files.ts";
import { RecordingActuator } from "./actuate/recording-actuator.ts";
import {
  type OnWrite,
  Rehearsal,
  rehearsedBatch,
  rehearsedCommand,
  rehearsedFiles,
} from "./actuate/rehearsal.ts";
import { defaultJournal } from "./actuate/restore/config.ts";
import { type CreateDevice, GuardedActuator } from "./actuate/restore/guarded-actuator.ts";
import type { SteeredDevice } from "./actuate/restore/steered-device.ts";
import { runCommand } from "./actuate/run-command.ts";
import { systemFiles } from "./actuate/system-files.ts";
import { batchProcessStarter } from "./actuate/tc/batch-process.ts";
import { createTcActuator } from "./actuate/tc/tc-actuator.ts";
import type { TransportSurroundings } from "./actuate/tc/transport.ts";
import type { AgentConfig } from "./config.ts";
import { portNotOf, type SystemModel } from "./system-model.ts";

/** What the devices of this machine read and write through. */
export interface Surroundings extends Required<BoxSurroundings>, TransportSurroundings {
  readonly cgroupFiles: CgroupActuatorParts["files"];
}

function realSurroundings(inherited: () => readonly number[]): Surroundings {
  const startProcess = batchProcessStarter(inherited);
  return {
    files: systemFiles,
    cgroupFiles: openFiles(),
    run: runCommand,
    startProcess,
    loadNetlink,
  };
}

function rehearsedSurroundings(onWrite: OnWrite): Surroundings {
  return {
    files: rehearsedFiles(systemFiles, onWrite),
    cgroupFiles: rehearsedFiles(systemFiles, onWrite),
    run: rehearsedCommand(runCommand, onWrite),
    startProcess: rehearsedBatch(batchProcessStarter(), onWrite),
  };
}

export type SteeringConfig = Extract<AgentConfig["actuate"], { journal: string | null }>;

/** @throws SlotwiseError CONFIG_INVALID where it is of another system, or does not fit the scenario */
export function createDevice(
  actuate: SteeringConfig,
  model: SystemModel,
  simulator: Actuator | undefined,
  surroundings: Surroundings,
): SteeredDevice {
  if (actuate.kind === "box") {
    if (model.system !== "energy") throw portNotOf("actuate.kind box", model);
    const inner = simulator ?? new RecordingActuator();
    return createBoxActuator(actuate, model.site, inner, surroundings);
  }
  if (model.system !== "slicing") throw portNotOf(`actuate.kind ${actuate.kind}`, model);
  const { scenario } = model;
  const { cgroupFiles } = surroundings;
  if (actuate.kind === "cgroup") return createCgroupActuator(actuate, scenario, cgroupFiles);
  const downlink = createTcActuator(actuate, scenario, surroundings);
  const bandwidth =
    actuate.uplink === null
      ? downlink
      : bothDirections(downlink, createTcActuator(actuate.uplink, scenario, surroundings));
  return actuate.compute === null
    ? bandwidth
    : bothHalves(bandwidth, createCgroupActuator(actuate.compute, scenario, cgroupFiles));
}

/** Where an actuator says what happens besides its answers, in words. */
export interface ActuatorNotices {
  /** What befalls the guardian. */
  readonly event: (event: string) => void;
  /** A write that a dry run keeps back. */
  readonly rehearsed: OnWrite;
}

/**
 * The actuator that the configuration names; one that steers this machine is guarded, or writes
 * nothing at all in a dry run.
 *
 * @param simulator the bridge's actuator, where there is a bridge
 * @throws SlotwiseError CONFIG_INVALID where it is of another system, or does not fit the scenario
 */
export function createActuator(
  { actuate, agent, control }: AgentConfig,
  model: SystemModel,
  simulator: Actuator | undefined,
  notices: ActuatorNotices,
): Actuator {
  if (control.mode === "observe") return new RecordingActuator();
  const rehearsed = control.mode === "dry-run";
  switch (actuate.kind) {
    case "bridge":
      return rehearsed ? new RecordingActuator() : (simulator as Actuator);
    case "recording":
      return new RecordingActuator();
    default: {
      if (rehearsed) {
        const around = rehearsedSurroundings(notices.rehearsed);
        return new Rehearsal(createDevice(actuate, model, new RecordingActuator(), around));
      }
      const journal = actuate.journal ?? defaultJournal(agent);
      const create: CreateDevice = (inherited) =>
        createDevice(actuate, model, simulator, realSurroundings(inherited));
      return new GuardedActuator(journal, create, notices.event);
    }
  }
}
