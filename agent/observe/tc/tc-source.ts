import { SlotwiseError } from "../../../core/errors.ts";
import { demandPerUser } from "../../../core/slicing/observation.ts";
import type { SlicingScenario } from "../../../core/slicing/scenario.ts";
import { batchProcessStarter, type StartBatchProcess } from "../../actuate/tc/batch-process.ts";
import { parseHtbClasses } from "../../actuate/tc/htb-classes.ts";
import { TcBatch } from "../../actuate/tc/tc-batch.ts";
import type { Tick } from "../../clock/slot-clock.ts";
import type { ObservationSource, Reading } from "../observation-source.ts";
import type { TcObservationConfig } from "./config.ts";
import { type ClassLoad, classLoad, demandBits, emptied } from "./slice-demand.ts";

export interface TcSourceParts {
  readonly config: TcObservationConfig;
  /** s_i / (x_i + y_i), cycles that come with a bit of each slice. */
  readonly cyclesPerBit: readonly number[];
  readonly batch: TcBatch;
}

/**
 * Observations from the kernel's HTB class counters. Bits are measured; cycles are derived from
 * them by the scenario's work per bit, since the kernel does not count the work of a task.
 */
export class TcSource implements ObservationSource {
  private readonly parts: TcSourceParts;
  private before: { readonly slot: number; readonly loads: readonly ClassLoad[] } | undefined;

  constructor(parts: TcSourceParts) {
    this.parts = parts;
  }

  /** @throws SlotwiseError OBSERVATION_UNAVAILABLE where the device or a class is missing */
  async start(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const { batch, config } = this.parts;
    batch.start();
    try {
      await this.loads();
    } catch (cause) {
      await batch.stop();
      throw new SlotwiseError(
        "OBSERVATION_UNAVAILABLE",
        {
          expected: `HTB classes ${config.classIds.join(", ")} on ${config.device}`,
          received: cause instanceof Error ? cause.message : String(cause),
          consequence: "nothing is observed",
        },
        { cause },
      );
    }
  }

  stop(): Promise<void> {
    return this.parts.batch.stop();
  }

  async read(tick: Tick): Promise<Reading> {
    const { before } = this;
    const loads = await this.loads();
    this.before = { slot: tick.slot, loads };
    const since = before ?? { slot: tick.slot - 1, loads: loads.map(emptied) };
    const observation = this.observation(since.loads, loads, tick.slot - since.slot);
    return { observation, feedback: [] };
  }

  private async loads(): Promise<ClassLoad[]> {
    const { batch, config } = this.parts;
    const classes = parseHtbClasses(await batch.ask([`class show dev ${config.device}`]));
    return config.classIds.map((classId) => {
      const counters = classes.get(classId);
      if (counters === undefined) throw new Error(`tc shows no HTB class ${classId}`);
      return classLoad(counters, config.headerBytesPerPacket);
    });
  }

  private observation(
    before: readonly ClassLoad[],
    now: readonly ClassLoad[],
    elapsedSlots: number,
  ): Float64Array {
    const { config, cyclesPerBit } = this.parts;
    const slices = now.length;
    const observation = new Float64Array(2 * slices);
    for (const [i, load] of now.entries()) {
      const linkBits = demandBits(before[i] as ClassLoad, load, Math.max(1, elapsedSlots));
      const bits = linkBits * config.modelBitsPerLinkBit;
      observation[i] = bits;
      observation[slices + i] = bits * (cyclesPerBit[i] as number);
    }
    return observation;
  }
}

/** s_i / (x_i (1 + β)) of every slice. */
function cyclesPerBit(scenario: SlicingScenario): number[] {
  const demand = demandPerUser(scenario);
  const slices = scenario.slices.length;
  return scenario.slices.map((_, i) => (demand[slices + i] as number) / (demand[i] as number));
}

/** The live observation of an agent; `startProcess` is for tests. */
export function createTcObservationSource(
  config: TcObservationConfig,
  scenario: SlicingScenario,
  startProcess: StartBatchProcess = batchProcessStarter(),
): TcSource {
  const { device, answerTimeoutMs } = config;
  const batch = new TcBatch({ device, answerTimeoutMs, options: ["-s"], startProcess });
  return new TcSource({ config, cyclesPerBit: cyclesPerBit(scenario), batch });
}
