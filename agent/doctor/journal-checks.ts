import { dirname } from "node:path";
import { defaultJournal } from "../actuate/restore/config.ts";
import type { DeviceLock } from "../actuate/restore/device-lock.ts";
import { journalLock } from "../actuate/restore/guardian.ts";
import { createDevice, type SteeringConfig } from "../actuators.ts";
import type { AgentConfig } from "../config.ts";
import { configuredSystem, systemModel } from "../system-model.ts";
import { type Check, type Finding, fault, ok, type Probes, reasonOf, warning } from "./finding.ts";

const groupOrOthersWrite = 0o022;

/** What the journal says is carried out with the agent's rights: nobody else may write to it. */
export const checkJournal: Check = ({ actuate, agent }, probes) => {
  if (!("journal" in actuate)) return [];
  const folder = dirname(actuate.journal ?? defaultJournal(agent));
  const check = "journal";
  try {
    const { mode, uid } = probes.access(folder);
    if ((mode & groupOrOthersWrite) === 0) return [ok(check, `${folder} belongs to uid ${uid}`)];
    return [fault(check, `others may write to ${folder}`, `chmod 700 ${folder}`)];
  } catch {
    const advice = "it is made at the start where the agent may: RuntimeDirectory=slotwise does";
    return [warning(check, `no folder ${folder}`, advice)];
  }
};

/** The locks that the agent takes; a device that cannot be found has none, and is told elsewhere. */
async function locksOf(
  config: AgentConfig,
  actuate: SteeringConfig,
  { files, run }: Probes,
): Promise<readonly DeviceLock[]> {
  const startProcess = () => {
    throw new Error("the doctor starts nothing that stays");
  };
  const surroundings = { files, cgroupFiles: files, run, startProcess };
  const own = journalLock(actuate.journal ?? defaultJournal(config.agent));
  try {
    const model = systemModel(config, configuredSystem(config));
    const device = createDevice(actuate, model, undefined, surroundings);
    return [own, ...(await device.locks())];
  } catch {
    return [own];
  }
}

/** A lock that nobody has ever taken has no file, and gets none here. */
async function isHeld(path: string, { access, run }: Probes): Promise<boolean> {
  try {
    access(path);
  } catch {
    return false;
  }
  try {
    await run("flock", ["-n", path, "true"]);
    return false;
  } catch {
    return true;
  }
}

/** Whether another agent steers the same, and whether locks can be had at all. */
export const checkLocks: Check = async (config, probes) => {
  const { actuate } = config;
  if (!("journal" in actuate)) return [];
  const check = "locks";
  try {
    await probes.run("flock", ["--version"]);
  } catch (error) {
    return [fault(check, reasonOf(error), "install util-linux, which has flock")];
  }
  const held: Finding[] = [];
  for (const { part, lock } of await locksOf(config, actuate, probes)) {
    if (!(await isHeld(lock.path, probes))) continue;
    const pid = probes.files.read(lock.path);
    const holder = pid ? `process ${pid}` : "another process";
    const advice = "stop the agent that steers this: a second one ends with DEVICE_LOCKED";
    held.push(fault(check, `${holder} steers ${part}`, advice));
  }
  return held.length === 0 ? [ok(check, "free")] : held;
};
