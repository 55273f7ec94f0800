import { join } from "node:path";
import type { BoxSetting } from "../box/box-setting.ts";
import type { Restoration } from "../restore/restoration.ts";
import type { SystemFiles } from "../system-files.ts";
import { type CapState, capOf, type FrequencyRange, planCaps } from "./frequency-plan.ts";

interface Policy extends FrequencyRange {
  readonly capFile: string;
  readonly originalKhz: number;
}

/** A cap below or above the planned one by less than this is the planned one; kernels keep whole kHz. */
const toleranceKhz = 1;

/**
 * The cap of the CPU frequency: `scaling_max_freq` of every cpufreq policy. It stays between the
 * limits found at the start (`scaling_min_freq`, `scaling_max_freq`), which are an administrator's or
 * a power mode's to set, and those of the hardware.
 */
export class CpuFrequency implements BoxSetting {
  private readonly files: SystemFiles;
  private readonly folder: string;
  private policies: readonly Policy[] = [];
  private asked: { khz: number; answeredKhz: number | undefined }[] = [];

  /** @param sysRoot where sysfs is, /sys */
  constructor(files: SystemFiles, sysRoot: string) {
    this.files = files;
    this.folder = join(sysRoot, "devices/system/cpu/cpufreq");
  }

  start(): Promise<readonly Restoration[]> {
    const names = this.files.list(this.folder).filter((name) => /^policy\d+$/.test(name));
    if (names.length === 0) throw new Error(`no cpufreq policy in ${this.folder}`);
    this.policies = names.map((name) => this.readPolicy(join(this.folder, name)));
    this.asked = [];
    return Promise.resolve(
      this.policies.map(({ capFile, originalKhz }) => ({
        kind: "file",
        path: capFile,
        value: String(originalKhz),
      })),
    );
  }

  put(share: number): Promise<number> {
    return Promise.resolve(this.bring(this.policies.map((policy) => capOf(policy, share))));
  }

  restore(): Promise<void> {
    this.asked = [];
    this.bring(this.policies.map((policy) => policy.originalKhz));
    return Promise.resolve();
  }

  /** The ratio of cap in force to cap planned that is farthest from 1. */
  private bring(desiredKhz: readonly number[]): number {
    const states = this.policies.map((policy, i) => this.stateOf(policy, i));
    for (const { policy, khz } of planCaps(states, desiredKhz)) {
      const { capFile } = this.policies[policy] as Policy;
      this.files.write(capFile, `${khz}\n`);
      this.asked[policy] = { khz, answeredKhz: this.numberIn(capFile) };
    }
    const ratios = this.policies.map(({ capFile }, i) => {
      const planned = desiredKhz[i] as number;
      const found = this.numberIn(capFile) ?? Number.NaN;
      return Math.abs(found - planned) <= toleranceKhz ? 1 : found / planned;
    });
    return ratios.reduce((worst, ratio) =>
      Math.abs(ratio - 1) > Math.abs(worst - 1) ? ratio : worst,
    );
  }

  private stateOf({ capFile }: Policy, i: number): CapState {
    const asked = this.asked[i];
    return {
      askedKhz: asked?.khz,
      answeredKhz: asked?.answeredKhz,
      currentKhz: this.numberIn(capFile),
    };
  }

  private readPolicy(folder: string): Policy {
    const capFile = join(folder, "scaling_max_freq");
    const number = (name: string) => this.numberIn(join(folder, name));
    const originalKhz = number("scaling_max_freq");
    const minKhz = number("cpuinfo_min_freq");
    const maxKhz = number("cpuinfo_max_freq");
    if (originalKhz === undefined || minKhz === undefined || maxKhz === undefined) {
      throw new Error(`no frequency limits in ${folder}`);
    }
    if (!this.files.writable(capFile)) throw new Error(`${capFile} cannot be written`);
    const table = this.files.read(join(folder, "scaling_available_frequencies")) ?? "";
    const tableKhz = table
      .split(/\s+/)
      .map(Number)
      .filter((khz) => khz > 0);
    return {
      capFile,
      originalKhz,
      lowestKhz: Math.max(minKhz, number("scaling_min_freq") ?? minKhz),
      highestKhz: Math.min(maxKhz, originalKhz),
      tableKhz: tableKhz.sort((a, b) => a - b),
    };
  }

  private numberIn(path: string): number | undefined {
    const text = this.files.read(path);
    return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
  }
}
