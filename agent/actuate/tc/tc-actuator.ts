import { isDeepStrictEqual } from "node:util";
import { SlotwiseError } from "../../../core/errors.ts";
import { requireOnePerSlice } from "../../../core/slicing/one-per-slice.ts";
import { bandwidthBlockBudget, type SlicingScenario } from "../../../core/slicing/scenario.ts";
import type { ReadBack } from "../actuator.ts";
import { type AuditFile, createAudit } from "../audit-file.ts";
import { Confirmations } from "../confirmations.ts";
import { furthest } from "../furthest.ts";
import { type DeviceLock, interfaceLock } from "../restore/device-lock.ts";
import type { Restoration } from "../restore/restoration.ts";
import type { SteeredDevice } from "../restore/steered-device.ts";
import { type RunCommand, runCommand } from "../run-command.ts";
import { batchProcessStarter } from "./batch-process.ts";
import { type ClassChange, changeLine } from "./class-change.ts";
import { type ClassControl, type ClassTable, classesInOrder } from "./class-control.ts";
import { changeTo, parseClassSettings } from "./class-settings.ts";
import type { TcActuatorConfig } from "./config.ts";
import { type ClassRate, type HtbHierarchy, plan, ratesOf } from "./rate-plan.ts";
import { openClassControl, type TransportSurroundings } from "./transport.ts";

export interface TcActuatorParts {
  readonly config: TcActuatorConfig;
  readonly budgetBlocks: number;
  readonly classes: ClassControl;
  readonly run: RunCommand;
  readonly audit: AuditFile | undefined;
}

/** What was found: the classes as they are to be changed, and what gives each back all it had. */
interface Surveyed {
  readonly hierarchy: HtbHierarchy;
  readonly restorations: readonly ClassChange[];
}

/**
 * Puts the bandwidth half of an allocation into force as HTB class rates, and reads each slot's
 * rates and ceils back from the kernel. The compute half has no device here: it is confirmed as given.
 */
export class TcActuator implements SteeredDevice {
  private readonly parts: TcActuatorParts;
  private surveyed: Surveyed;
  private current: readonly (ClassRate | undefined)[] = [];
  private lastAsked = 0;
  private readonly confirmed = new Confirmations();

  constructor(parts: TcActuatorParts) {
    this.parts = parts;
    this.surveyed = { hierarchy: { ...parts.config, places: [] }, restorations: [] };
  }

  async locks(): Promise<readonly DeviceLock[]> {
    const { config, run } = this.parts;
    try {
      return [await interfaceLock(config.device, run)];
    } catch (cause) {
      throw this.unavailable(cause);
    }
  }

  async survey(): Promise<readonly Restoration[]> {
    const { config } = this.parts;
    try {
      const restorations = await this.readSettings();
      this.surveyed = { hierarchy: { ...config, places: restorations }, restorations };
    } catch (cause) {
      throw this.unavailable(cause);
    }
    return this.surveyed.restorations.map((change) => ({
      kind: "command",
      command: ["tc", ...changeLine(config.device, change).split(" ")],
    }));
  }

  async start(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const { classes, audit } = this.parts;
    audit?.start();
    try {
      classes.start();
      this.current = this.ratesIn(await classes.read());
    } catch (cause) {
      await classes.stop();
      await audit?.stop();
      throw this.unavailable(cause);
    }
  }

  /**
   * Gives every class all that it had.
   *
   * @throws Error where a class does not take it back
   */
  async stop(): Promise<void> {
    const { classes, audit } = this.parts;
    const { restorations } = this.surveyed;
    this.confirmed.clear();
    try {
      this.ratesIn(await classes.change(restorations));
      const found = await this.readSettings();
      const refused = restorations.filter((change, i) => !isDeepStrictEqual(change, found[i]));
      if (refused.length > 0) {
        throw new Error(
          `settings not taken back by ${refused.map(({ classId }) => classId).join(", ")}`,
        );
      }
    } finally {
      await classes.stop();
      await audit?.stop();
    }
  }

  async apply(slot: number, action: Float64Array): Promise<void> {
    const { config, budgetBlocks, audit } = this.parts;
    const slices = config.classIds.length;
    const desired = ratesOf(action.subarray(0, slices), config.linkKbitPerS, budgetBlocks);
    const readBack = await this.put(desired);
    const bitPerBlock = (config.linkKbitPerS * 1e3) / budgetBlocks;
    const applied = Float64Array.from(action);
    for (const [i, { rateBitPerS, ceilBitPerS }] of readBack.entries()) {
      const commanded = action[i] as number;
      applied[i] = furthest(commanded, rateBitPerS / bitPerBlock, ceilBitPerS / bitPerBlock);
    }
    this.confirmed.add({ slot, applied });
    audit?.write({ slot, commanded: ratesThenCeils(desired), readBack: ratesThenCeils(readBack) });
  }

  readBack(): ReadBack | undefined {
    return this.confirmed.take();
  }

  /** Until the answer is there, what is in force is not known: a slot that overlaps writes it all. */
  private async put(desired: readonly ClassRate[]): Promise<ClassRate[]> {
    const changes = plan(this.surveyed.hierarchy, this.current, desired);
    this.current = [];
    const asked = ++this.lastAsked;
    const readBack = this.ratesIn(await this.parts.classes.change(changes));
    if (asked === this.lastAsked) this.current = readBack;
    return readBack;
  }

  /** As the changes that would bring them about. */
  private async readSettings(): Promise<ClassChange[]> {
    const { config, run } = this.parts;
    const text = await run("tc", ["-raw", "-d", "class", "show", "dev", config.device]);
    return config.classIds.map((classId) => changeTo(parseClassSettings(text, classId), classId));
  }

  private ratesIn(classes: ClassTable): ClassRate[] {
    return classesInOrder(classes, this.parts.config.classIds);
  }

  private unavailable(cause: unknown): SlotwiseError {
    const { classIds, device } = this.parts.config;
    return new SlotwiseError(
      "ACTUATOR_UNAVAILABLE",
      {
        expected: `HTB classes ${classIds.join(", ")} on ${device}`,
        received: cause instanceof Error ? cause.message : String(cause),
        consequence: "no rate was changed",
      },
      { cause },
    );
  }
}

function ratesThenCeils(classes: readonly ClassRate[]): number[] {
  return [
    ...classes.map(({ rateBitPerS }) => rateBitPerS),
    ...classes.map(({ ceilBitPerS }) => ceilBitPerS),
  ];
}

/** What a test, or a dry run, passes in place of the machine. */
export interface TcSurroundings extends Partial<TransportSurroundings> {
  readonly run?: RunCommand;
}

/**
 * The `tc` actuator of an agent.
 *
 * @throws SlotwiseError CONFIG_INVALID where slices and classes differ in number
 */
export function createTcActuator(
  config: TcActuatorConfig,
  scenario: SlicingScenario,
  { startProcess = batchProcessStarter(), loadNetlink, run = runCommand }: TcSurroundings = {},
): TcActuator {
  requireOnePerSlice("an HTB class", config.classIds, scenario);
  const classes = openClassControl(config, { startProcess, loadNetlink }, false);
  const audit = createAudit(config);
  const budgetBlocks = bandwidthBlockBudget(scenario);
  return new TcActuator({ config, budgetBlocks, classes, run, audit });
}
