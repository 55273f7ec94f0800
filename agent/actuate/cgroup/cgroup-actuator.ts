import { join } from "node:path";
import { SlotwiseError } from "../../../core/errors.ts";
import { requireOnePerSlice } from "../../../core/slicing/one-per-slice.ts";
import { computeBlockBudget, type SlicingScenario } from "../../../core/slicing/scenario.ts";
import type { ReadBack } from "../actuator.ts";
import { type AuditFile, createAudit } from "../audit-file.ts";
import { Confirmations } from "../confirmations.ts";
import { type OpenFiles, openFiles } from "../open-files.ts";
import { type DeviceLock, folderLock } from "../restore/device-lock.ts";
import type { Restoration } from "../restore/restoration.ts";
import type { SteeredDevice } from "../restore/steered-device.ts";
import type { SystemFiles } from "../system-files.ts";
import type { CgroupActuatorConfig } from "./config.ts";
import { type CgroupVersion, findHierarchy } from "./hierarchy.ts";
import {
  blocksOf,
  type CpuQuota,
  minQuotaUs,
  plan,
  type QuotaScale,
  quotasOf,
  quotaWrites,
  readQuota,
  sameQuota,
} from "./quota-plan.ts";

export interface CgroupActuatorParts {
  readonly config: CgroupActuatorConfig;
  readonly scale: QuotaScale;
  readonly files: SystemFiles & Partial<OpenFiles>;
  readonly audit: AuditFile | undefined;
}

interface SliceGroup {
  readonly folder: string;
  readonly original: CpuQuota;
}

interface Surveyed {
  readonly version: CgroupVersion;
  readonly groups: readonly SliceGroup[];
}

/**
 * Puts the compute half of an allocation into force as CPU quotas of cgroups, and reads each slot's
 * quotas back. The bandwidth half has no device here: it is confirmed as given.
 */
export class CgroupActuator implements SteeredDevice {
  private readonly parts: CgroupActuatorParts;
  private surveyed: Surveyed | undefined;
  private readonly confirmed = new Confirmations();

  constructor(parts: CgroupActuatorParts) {
    this.parts = parts;
  }

  locks(): Promise<readonly DeviceLock[]> {
    return this.whereAvailable(() => this.find().folders.map(folderLock));
  }

  survey(): Promise<readonly Restoration[]> {
    return this.whereAvailable(() => {
      const { version, folders } = this.find();
      const groups = folders.map((folder) => this.surveyGroup(version, folder));
      this.surveyed = { version, groups };
      return this.restorations(this.surveyed);
    });
  }

  start(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    this.parts.audit?.start();
    return Promise.resolve();
  }

  /** @throws Error where a group does not take its quota back */
  async stop(): Promise<void> {
    try {
      this.giveBack();
    } finally {
      this.parts.files.close?.();
      await this.parts.audit?.stop();
    }
  }

  apply(slot: number, action: Float64Array): Promise<void> {
    return Promise.resolve().then(() => this.follow(slot, action));
  }

  readBack(): ReadBack | undefined {
    return this.confirmed.take();
  }

  private giveBack(): void {
    const { surveyed } = this;
    this.surveyed = undefined;
    this.confirmed.clear();
    if (surveyed === undefined) return;
    const originals = surveyed.groups.map(({ original }) => original);
    const found = this.put(surveyed, originals, false);
    const refused = surveyed.groups.filter(({ original }, i) => !sameQuota(found[i], original));
    if (refused.length === 0) return;
    throw new Error(
      `CPU quota not taken back by ${refused.map(({ folder }) => folder).join(", ")}`,
    );
  }

  private follow(slot: number, action: Float64Array): void {
    const { surveyed } = this;
    if (surveyed === undefined) throw new Error("the cgroups are not held");
    const { config, scale, audit } = this.parts;
    const slices = surveyed.groups.length;
    const desired = quotasOf(action.subarray(slices), scale);
    const readBack = this.put(surveyed, desired, config.grant === "slot");
    const applied = Float64Array.from(action);
    for (const [i, quota] of readBack.entries()) applied[slices + i] = blocksOf(quota, scale);
    this.confirmed.add({ slot, applied });
    audit?.write({
      slot,
      commanded: quotasThenPeriods(desired),
      readBack: quotasThenPeriods(readBack),
    });
  }

  private find(): { version: CgroupVersion; folders: readonly string[] } {
    const { files, config } = this.parts;
    const { version, folder } = findHierarchy(files, config.root);
    return { version, folders: config.groups.map((group) => join(folder, group)) };
  }

  private whereAvailable<T>(read: () => T): Promise<T> {
    const unavailable = (cause: unknown) =>
      new SlotwiseError(
        "ACTUATOR_UNAVAILABLE",
        {
          expected: `cgroups ${this.parts.config.groups.join(", ")} whose CPU quota can be set`,
          received: cause instanceof Error ? cause.message : String(cause),
          consequence: "no quota was changed",
        },
        { cause },
      );
    return Promise.resolve()
      .then(read)
      .catch((cause: unknown) => {
        throw unavailable(cause);
      });
  }

  private surveyGroup(version: CgroupVersion, folder: string): SliceGroup {
    const original = readQuota(this.parts.files, version, folder);
    const file = join(folder, version === "v2" ? "cpu.max" : "cpu.cfs_quota_us");
    if (!this.parts.files.writable(file)) throw new Error(`${file} cannot be written`);
    return { folder, original };
  }

  private restorations({ version, groups }: Surveyed): Restoration[] {
    return groups.flatMap(({ folder, original }) =>
      quotaWrites(version, folder, { burstUs: original.burstUs }, original),
    );
  }

  /** What is in force is read anew each time: someone else may have written. */
  private put(
    { version, groups }: Surveyed,
    desired: readonly CpuQuota[],
    renewed: boolean,
  ): CpuQuota[] {
    const { files } = this.parts;
    const changes = groups.map(({ folder }, i) => ({
      folder,
      current: readQuota(files, version, folder),
      desired: desired[i] as CpuQuota,
    }));
    const writes = plan(version, changes, renewed);
    for (const { path, value } of writes) files.write(path, value);
    if (writes.length === 0) return changes.map(({ current }) => current);
    return groups.map(({ folder }) => readQuota(files, version, folder));
  }
}

/** µs; an unlimited quota is as the kernel writes it, −1. */
function quotasThenPeriods(quotas: readonly CpuQuota[]): number[] {
  return [...quotas.map(({ quotaUs = -1 }) => quotaUs), ...quotas.map(({ periodUs }) => periodUs)];
}

/**
 * CFS's longest period, µs. A quota that a slot's write renews must not be renewed by the kernel in
 * between as well: with a period of a slot, quotas that change in every slot grant 1.65 times their time.
 */
const longestPeriodUs = 1_000_000;

function scaleOf(config: CgroupActuatorConfig, scenario: SlicingScenario): QuotaScale {
  const bySlot = config.grant === "slot";
  const renewalUs = bySlot ? 1e3 * scenario.slotMs : config.periodUs;
  return {
    blockUs: (config.cpus * renewalUs) / computeBlockBudget(scenario),
    periodUs: bySlot ? longestPeriodUs : config.periodUs,
  };
}

/**
 * The cgroup actuator of an agent; `files` is for tests.
 *
 * @throws SlotwiseError CONFIG_INVALID where slices and groups differ in number, or a block is less
 * than the kernel's smallest quota
 */
export function createCgroupActuator(
  config: CgroupActuatorConfig,
  scenario: SlicingScenario,
  files: CgroupActuatorParts["files"] = openFiles(),
): CgroupActuator {
  requireOnePerSlice("a cgroup", config.groups, scenario);
  const scale = scaleOf(config, scenario);
  if (scale.blockUs < minQuotaUs - 1e-6) {
    throw new SlotwiseError("CONFIG_INVALID", {
      expected: `a compute block of at least ${minQuotaUs} µs: cpus × ${config.grant} / ${computeBlockBudget(scenario)} blocks`,
      received: `${scale.blockUs.toFixed(1)} µs`,
      consequence: "nothing was started",
    });
  }
  return new CgroupActuator({ config, scale, files, audit: createAudit(config) });
}
