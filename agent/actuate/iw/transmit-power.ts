import type { BoxSetting } from "../box/box-setting.ts";
import type { Restoration } from "../restore/restoration.ts";
import type { RunCommand } from "../run-command.ts";
import type { IwConfig } from "./config.ts";
import {
  type InterfaceInfo,
  parseInterfaceInfo,
  phyLimitMbm,
  regulatoryLimitMbm,
} from "./iw-output.ts";
import { powerOf, powerRatio } from "./power-plan.ts";

export interface TransmitPowerParts {
  readonly config: IwConfig;
  readonly run: RunCommand;
  /** Monotonic clock, ms. */
  readonly nowMs: () => number;
}

/**
 * The transmit power of a wireless interface, set with iw. It never exceeds what was found at the
 * start, what the regulatory domain permits on the channel, or what the radio can. Each iw is a
 * process of its own, so none is started while the power stays, and changes are `minIntervalMs`
 * apart: until then the power before stays in force, and `put` gives its ratio to the one asked for.
 */
export class TransmitPower implements BoxSetting {
  private readonly parts: TransmitPowerParts;
  private original: InterfaceInfo | undefined;
  private highestMbm = 0;
  private limitedAtMhz = Number.NaN;
  private currentMbm = Number.NaN;
  private askedMbm: number | undefined;
  private changedMs = Number.NEGATIVE_INFINITY;

  constructor(parts: TransmitPowerParts) {
    this.parts = parts;
  }

  async start(): Promise<readonly Restoration[]> {
    const { command } = this.parts.config;
    this.original = await this.info();
    this.currentMbm = this.original.txPowerMbm;
    await this.limitAt(this.original);
    const put = this.setArguments(this.original.txPowerMbm);
    return [{ kind: "command", command: [command, ...put] }];
  }

  async put(share: number): Promise<number> {
    const { nowMs, config } = this.parts;
    const desiredMbm = powerOf(this.highestMbm, share);
    const mayChange = nowMs() - this.changedMs >= config.minIntervalMs;
    if (desiredMbm !== this.askedMbm && mayChange) await this.bring(desiredMbm);
    return powerRatio(this.currentMbm, desiredMbm);
  }

  async restore(): Promise<void> {
    const { original, changedMs } = this;
    if (original === undefined || changedMs === Number.NEGATIVE_INFINITY) return;
    await this.iw(this.setArguments(original.txPowerMbm));
    this.changedMs = Number.NEGATIVE_INFINITY;
  }

  private async bring(desiredMbm: number): Promise<void> {
    if (this.currentMbm !== desiredMbm) {
      this.changedMs = this.parts.nowMs();
      await this.iw(this.setArguments(desiredMbm));
      const found = await this.info();
      this.currentMbm = found.txPowerMbm;
      await this.limitAt(found);
    }
    this.askedMbm = desiredMbm;
  }

  /** The limits of the channel in use, asked for again once it is seen to have changed. */
  private async limitAt({ wiphy, frequencyMhz }: InterfaceInfo): Promise<void> {
    if (frequencyMhz === this.limitedAtMhz) return;
    const regulatory = regulatoryLimitMbm(await this.iw(["reg", "get"]), wiphy, frequencyMhz);
    const phy = phyLimitMbm(await this.iw(["phy", `phy${wiphy}`, "info"]), frequencyMhz);
    if (regulatory === undefined || phy === undefined) {
      throw new Error(`nothing may be sent on ${frequencyMhz} MHz here`);
    }
    this.highestMbm = Math.min(this.original?.txPowerMbm ?? Infinity, regulatory, phy);
    this.limitedAtMhz = frequencyMhz;
  }

  private async info(): Promise<InterfaceInfo> {
    const { device } = this.parts.config;
    const info = parseInterfaceInfo(await this.iw(["dev", device, "info"]));
    if (info === undefined) throw new Error(`iw tells no channel and power of ${device}`);
    return info;
  }

  private setArguments(mbm: number): readonly string[] {
    return ["dev", this.parts.config.device, "set", "txpower", "fixed", String(mbm)];
  }

  private iw(args: readonly string[]): Promise<string> {
    return this.parts.run(this.parts.config.command, args);
  }
}
