import { SlotwiseError } from "../../../core/errors.ts";
import { bandwidthBlockBudget, type SlicingScenario } from "../../../core/slicing/scenario.ts";
import type { ReadBack } from "../actuator.ts";
import { type AuditFile, createAudit } from "../audit-file.ts";
import { furthest } from "../furthest.ts";
import type { Restoration } from "../restore/restoration.ts";
import type { SteeredDevice } from "../restore/steered-device.ts";
import { type RunCommand, runCommand } from "../run-command.ts";
import { batchProcessStarter, type StartBatchProcess } from "./batch-process.ts";
import { changeWords, parseClassSettings } from "./class-settings.ts";
import type { TcActuatorConfig } from "./config.ts";
import { type HtbClass, parseHtbClasses } from "./htb-classes.ts";
import { type ClassRate, type HtbHierarchy, plan, ratesOf } from "./rate-plan.ts";
import { TcBatch } from "./tc-batch.ts";

export interface TcActuatorParts {
  readonly config: TcActuatorConfig;
  readonly budgetBlocks: number;
  readonly batch: TcBatch;
  readonly run: RunCommand;
  readonly audit: AuditFile | undefined;
}

/** What was found: the classes as they are to be changed, and the words that give each back all it had. */
interface Surveyed {
  readonly hierarchy: HtbHierarchy;
  readonly restorations: readonly (readonly string[])[];
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
  private confirmed: ReadBack | undefined;

  constructor(parts: TcActuatorParts) {
    this.parts = parts;
    this.surveyed = { hierarchy: { ...parts.config, prios: [] }, restorations: [] };
  }

  get folders(): readonly string[] {
    return [`/sys/class/net/${this.parts.config.device}/`];
  }

  async survey(): Promise<readonly Restoration[]> {
    const { config, run } = this.parts;
    const { device, classIds } = config;
    try {
      const text = await run("tc", ["-raw", "-d", "class", "show", "dev", device]);
      const settings = classIds.map((classId) => parseClassSettings(text, classId));
      const restorations = settings.map((found, i) =>
        changeWords(device, classIds[i] as string, found),
      );
      const prios = settings.map(({ prio }) => prio);
      this.surveyed = { hierarchy: { ...config, prios }, restorations };
    } catch (cause) {
      throw this.unavailable(cause);
    }
    return this.surveyed.restorations.map((words) => ({
      kind: "command",
      command: ["tc", ...words],
    }));
  }

  async start(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const { batch, audit } = this.parts;
    batch.start();
    try {
      this.current = await this.askRates([]);
    } catch (cause) {
      await batch.stop();
      throw this.unavailable(cause);
    }
    audit?.start();
  }

  /** Gives every class all that it had. */
  async stop(): Promise<void> {
    const { batch, audit } = this.parts;
    this.confirmed = undefined;
    try {
      await this.askRates(this.surveyed.restorations.map((words) => words.join(" ")));
    } finally {
      await batch.stop();
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
    this.confirmed = { slot, applied };
    audit?.write({ slot, commanded: ratesThenCeils(desired), readBack: ratesThenCeils(readBack) });
  }

  readBack(): ReadBack | undefined {
    const { confirmed } = this;
    this.confirmed = undefined;
    return confirmed;
  }

  /** Until the answer is there, what is in force is not known: a slot that overlaps writes it all. */
  private async put(desired: readonly ClassRate[]): Promise<ClassRate[]> {
    const lines = plan(this.surveyed.hierarchy, this.current, desired);
    this.current = [];
    const asked = ++this.lastAsked;
    const readBack = await this.askRates(lines);
    if (asked === this.lastAsked) this.current = readBack;
    return readBack;
  }

  private async askRates(lines: readonly string[]): Promise<ClassRate[]> {
    const { batch, config } = this.parts;
    const text = await batch.ask([...lines, `class show dev ${config.device}`]);
    return classesInOrder(text, config.classIds);
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

function classesInOrder(text: string, classIds: readonly string[]): HtbClass[] {
  const classes = parseHtbClasses(text);
  return classIds.map((classId) => {
    const found = classes.get(classId);
    if (found === undefined) throw new Error(`tc shows no HTB class ${classId}`);
    return found;
  });
}

/** What a test, or a dry run, passes in place of the machine. */
export interface TcSurroundings {
  readonly startProcess?: StartBatchProcess;
  readonly run?: RunCommand;
}

/** The `tc` actuator of an agent. */
export function createTcActuator(
  config: TcActuatorConfig,
  scenario: SlicingScenario,
  { startProcess = batchProcessStarter(), run = runCommand }: TcSurroundings = {},
): TcActuator {
  const { device, answerTimeoutMs } = config;
  const batch = new TcBatch({ device, answerTimeoutMs, options: [], startProcess });
  const audit = createAudit(config);
  const budgetBlocks = bandwidthBlockBudget(scenario);
  return new TcActuator({ config, budgetBlocks, batch, run, audit });
}
