import { SlotwiseError } from "../../../core/errors.ts";
import { bandwidthBlockBudget, type SlicingScenario } from "../../../core/slicing/scenario.ts";
import type { Actuator, ReadBack } from "../actuator.ts";
import type { StartBatchProcess } from "./batch-process.ts";
import type { TcActuatorConfig } from "./config.ts";
import { type HtbClass, parseHtbClasses } from "./htb-classes.ts";
import { RateAudit } from "./rate-audit.ts";
import { type ClassRate, plan, ratesOf } from "./rate-plan.ts";
import { TcBatch } from "./tc-batch.ts";

export interface TcActuatorParts {
  readonly config: TcActuatorConfig;
  readonly budgetBlocks: number;
  readonly batch: TcBatch;
  readonly audit: RateAudit | undefined;
}

/**
 * Puts the bandwidth half of an allocation into force as HTB class rates, and reads each slot's
 * rates back from the kernel. The compute half has no device here: it is confirmed as given.
 */
export class TcActuator implements Actuator {
  private readonly parts: TcActuatorParts;
  private original: readonly ClassRate[] | undefined;
  private current: readonly (ClassRate | undefined)[] = [];
  private lastAsked = 0;
  private confirmed: ReadBack | undefined;

  constructor(parts: TcActuatorParts) {
    this.parts = parts;
  }

  /** @throws SlotwiseError ACTUATOR_UNAVAILABLE where the device or a class is missing */
  async start(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const { batch, audit, config } = this.parts;
    batch.start();
    try {
      this.original = await this.askRates([]);
      this.current = this.original;
    } catch (cause) {
      await batch.stop();
      throw new SlotwiseError(
        "ACTUATOR_UNAVAILABLE",
        {
          expected: `HTB classes ${config.classIds.join(", ")} on ${config.device}`,
          received: cause instanceof Error ? cause.message : String(cause),
          consequence: "no rate was changed",
        },
        { cause },
      );
    }
    audit?.start();
  }

  /** Gives every class the rate and ceil that it had. */
  async stop(): Promise<void> {
    const { batch, audit } = this.parts;
    const { original } = this;
    this.original = undefined;
    this.confirmed = undefined;
    try {
      if (original !== undefined) await this.put(original);
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
    for (const [i, rate] of readBack.entries()) applied[i] = rate.rateBitPerS / bitPerBlock;
    this.confirmed = { slot, applied };
    audit?.write({
      slot,
      commandedBitPerS: desired.map((rate) => rate.rateBitPerS),
      readBackBitPerS: readBack.map((rate) => rate.rateBitPerS),
    });
  }

  readBack(): ReadBack | undefined {
    const { confirmed } = this;
    this.confirmed = undefined;
    return confirmed;
  }

  /** Until the answer is there, what is in force is not known: a slot that overlaps writes it all. */
  private async put(desired: readonly ClassRate[]): Promise<ClassRate[]> {
    const lines = plan(this.parts.config, this.current, desired);
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
}

function classesInOrder(text: string, classIds: readonly string[]): HtbClass[] {
  const classes = parseHtbClasses(text);
  return classIds.map((classId) => {
    const found = classes.get(classId);
    if (found === undefined) throw new Error(`tc shows no HTB class ${classId}`);
    return found;
  });
}

/** The `tc` actuator of an agent; `startProcess` is for tests. */
export function createTcActuator(
  config: TcActuatorConfig,
  scenario: SlicingScenario,
  startProcess?: StartBatchProcess,
): TcActuator {
  const { device, answerTimeoutMs, auditFile, auditSlots } = config;
  const batch = new TcBatch({
    device,
    answerTimeoutMs,
    options: [],
    ...(startProcess && { startProcess }),
  });
  const audit = auditFile === null ? undefined : new RateAudit(auditFile, auditSlots);
  return new TcActuator({ config, budgetBlocks: bandwidthBlockBudget(scenario), batch, audit });
}
