import { join } from "node:path";
import { SlotwiseError } from "../../../core/errors.ts";
import {
  type EnergySite,
  energyAction,
  energyDecisions,
} from "../../../core/messages/bridge-energy.ts";
import type { Actuator, ReadBack } from "../actuator.ts";
import { CpuFrequency } from "../cpufreq/cpu-frequency.ts";
import { TransmitPower } from "../iw/transmit-power.ts";
import { type DeviceLock, folderLock } from "../restore/device-lock.ts";
import type { Restoration } from "../restore/restoration.ts";
import type { SteeredDevice } from "../restore/steered-device.ts";
import { type RunCommand, runCommand } from "../run-command.ts";
import { type SystemFiles, systemFiles } from "../system-files.ts";
import type { BoxSetting } from "./box-setting.ts";
import type { BoxActuatorConfig } from "./config.ts";

export interface BoxActuatorParts {
  readonly site: EnergySite;
  /** This box among the area's gateways. */
  readonly gateway: number;
  readonly power: BoxSetting | undefined;
  readonly frequency: BoxSetting | undefined;
  /** The kernel's folders that stand for what is steered. */
  readonly folders: readonly string[];
  /** Carries out the decisions as such; the box only follows them. */
  readonly inner: Actuator;
}

/** What is in force relative to what was planned, by setting. */
interface Fulfilment {
  readonly power: number;
  readonly frequency: number;
}

/** Confirmations come at most this many slots later. */
const rememberedSlots = 64;

/**
 * Applies to the box itself what is decided for the tasks it serves: the highest power among its
 * gateway's tasks and the highest frequency among its server's, as shares of the model's highest. So
 * no task gets less than was decided for it, save for rounding. A box that does other than it was
 * told shows in the read-back: the values of its tasks change by the same ratio.
 */
export class BoxActuator implements SteeredDevice {
  private readonly parts: BoxActuatorParts;
  private readonly fulfilled = new Map<number, Fulfilment>();

  constructor(parts: BoxActuatorParts) {
    this.parts = parts;
  }

  locks(): Promise<readonly DeviceLock[]> {
    return Promise.resolve(this.parts.folders.map(folderLock));
  }

  async survey(): Promise<readonly Restoration[]> {
    try {
      const restorations: Restoration[] = [];
      for (const setting of this.settings()) restorations.push(...(await setting.start()));
      return restorations;
    } catch (cause) {
      throw new SlotwiseError(
        "ACTUATOR_UNAVAILABLE",
        {
          expected: "a box whose CPU frequency and transmit power can be set",
          received: cause instanceof Error ? cause.message : String(cause),
          consequence: "no setting was changed",
        },
        { cause },
      );
    }
  }

  async start(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    await this.parts.inner.start(signal);
  }

  async stop(): Promise<void> {
    await this.parts.inner.stop();
    await Promise.all(this.settings().map((setting) => setting.restore()));
  }

  async apply(slot: number, action: Float64Array): Promise<void> {
    const results = await Promise.allSettled([
      this.parts.inner.apply(slot, action),
      this.follow(slot, action),
    ]);
    for (const result of results) if (result.status === "rejected") throw result.reason;
  }

  /** A slot whose setting failed is passed over. */
  readBack(): ReadBack | undefined {
    for (;;) {
      const confirmed = this.parts.inner.readBack();
      if (confirmed === undefined) return undefined;
      const { slot, applied } = confirmed;
      const fulfilment = this.fulfilled.get(slot);
      if (fulfilment !== undefined) return { slot, applied: this.asFulfilled(applied, fulfilment) };
    }
  }

  private async follow(slot: number, action: Float64Array): Promise<void> {
    const { site, power, frequency, gateway } = this.parts;
    const [lowestW, highestW] = site.scenario.powerW;
    const [lowestHz, highestHz] = site.scenario.frequencyHz;
    let [powerW, frequencyHz] = [lowestW, lowestHz];
    for (const decision of energyDecisions(action, site.maxTasks)) {
      if (decision.gateway === gateway) powerW = Math.max(powerW, decision.powerW);
      if (this.isServed(decision.gateway))
        frequencyHz = Math.max(frequencyHz, decision.frequencyHz);
    }
    const [powerRatio = 1, frequencyRatio = 1] = await Promise.all([
      power?.put(powerW / highestW),
      frequency?.put(frequencyHz / highestHz),
    ]);
    this.fulfilled.set(slot, { power: powerRatio, frequency: frequencyRatio });
    this.fulfilled.delete(slot - rememberedSlots);
  }

  private asFulfilled(applied: Float64Array, { power, frequency }: Fulfilment): Float64Array {
    if (power === 1 && frequency === 1) return applied;
    const { site, gateway } = this.parts;
    const decisions = energyDecisions(applied, site.maxTasks).map((decision) => ({
      gateway: decision.gateway,
      powerW: decision.powerW * (decision.gateway === gateway ? power : 1),
      frequencyHz: decision.frequencyHz * (this.isServed(decision.gateway) ? frequency : 1),
    }));
    return energyAction(site, decisions);
  }

  /** The box is the server of its gateway, whichever gateway a task comes through. */
  private isServed(through: number): boolean {
    const { gateways } = this.parts.site;
    return gateways[through]?.server === gateways[this.parts.gateway]?.server;
  }

  private settings(): readonly BoxSetting[] {
    const { power, frequency } = this.parts;
    return [power, frequency].filter((setting) => setting !== undefined);
  }
}

/** What a test passes in place of the machine. */
export interface BoxSurroundings {
  readonly files?: SystemFiles;
  readonly run?: RunCommand;
}

/**
 * The box actuator of an agent.
 *
 * @throws SlotwiseError CONFIG_INVALID when the area has no such gateway
 */
export function createBoxActuator(
  config: BoxActuatorConfig,
  site: EnergySite,
  inner: Actuator,
  { files = systemFiles, run = runCommand }: BoxSurroundings = {},
): BoxActuator {
  const { gateway, frequency, wireless, sysRoot } = config;
  if (gateway >= site.gateways.length) {
    throw new SlotwiseError("CONFIG_INVALID", {
      expected: `actuate.gateway below ${site.gateways.length}`,
      received: String(gateway),
      consequence: "nothing was started",
    });
  }
  const nowMs = () => performance.now();
  return new BoxActuator({
    site,
    gateway,
    power: wireless === null ? undefined : new TransmitPower({ config: wireless, run, nowMs }),
    frequency: frequency ? new CpuFrequency(files, sysRoot) : undefined,
    folders: [
      ...(frequency ? [join(sysRoot, "devices/system/cpu/cpufreq")] : []),
      ...(wireless === null ? [] : [join(sysRoot, "class/net", wireless.device, "/")]),
    ],
    inner,
  });
}
