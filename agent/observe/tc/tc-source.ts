import { SlotwiseError } from "../../../core/errors.ts";
import { demandPerUser } from "../../../core/slicing/observation.ts";
import { requireOnePerSlice } from "../../../core/slicing/one-per-slice.ts";
import type { SlicingScenario } from "../../../core/slicing/scenario.ts";
import { batchProcessStarter } from "../../actuate/tc/batch-process.ts";
import { type ClassControl, classesInOrder } from "../../actuate/tc/class-control.ts";
import { openClassControl, type TransportSurroundings } from "../../actuate/tc/transport.ts";
import type { Tick } from "../../clock/slot-clock.ts";
import { ComputeCounters } from "../cgroup/compute-counters.ts";
import { type ComputeLoad, demandUs } from "../cgroup/compute-load.ts";
import type { ComputeObservationConfig } from "../cgroup/config.ts";
import { DelayReports } from "../delays/delay-reports.ts";
import { ArrivalCounters } from "../nft/arrival-counters.ts";
import type { ObservationSource, Reading } from "../observation-source.ts";
import type { TcObservationConfig } from "./config.ts";
import { type ClassLoad, classLoad, demandBits, emptied } from "./slice-demand.ts";

export interface TcSourceParts {
  readonly config: TcObservationConfig;
  /** s_i / (x_i + y_i), cycles that come with a bit of each slice. */
  readonly cyclesPerBit: readonly number[];
  readonly classes: ClassControl;
  /** Where what is sent to the slices is counted. */
  readonly arrivals: ArrivalCounters | undefined;
  /** Where compute is measured, and not derived from bits. */
  readonly compute: MeasuredCompute | undefined;
  readonly delays: DelayReports | undefined;
}

interface MeasuredCompute {
  readonly counters: ComputeCounters;
  readonly cyclesPerCpuUs: number;
}

interface Loads {
  readonly links: readonly ClassLoad[];
  /** Empty where compute is not measured. */
  readonly compute: readonly ComputeLoad[];
}

/**
 * Observations from the kernel's HTB class counters and, where cgroups are configured, their CPU time.
 * Without those, cycles are derived from bits by the scenario's work per bit.
 */
export class TcSource implements ObservationSource {
  private readonly parts: TcSourceParts;
  private before: { readonly slot: number; readonly loads: Loads } | undefined;

  constructor(parts: TcSourceParts) {
    this.parts = parts;
  }

  /** @throws SlotwiseError OBSERVATION_UNAVAILABLE where the device, a class or a port is missing */
  async start(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const { classes, config, arrivals, compute, delays } = this.parts;
    arrivals?.start();
    try {
      classes.start();
      compute?.counters.start();
      await delays?.start();
      await this.loads();
    } catch (cause) {
      await this.stop();
      throw new SlotwiseError(
        "OBSERVATION_UNAVAILABLE",
        {
          expected: `HTB classes ${config.classIds.join(", ")} on ${config.device}, their counters, cgroups and port`,
          received: cause instanceof Error ? cause.message : String(cause),
          consequence: "nothing is observed",
        },
        { cause },
      );
    }
  }

  async stop(): Promise<void> {
    const { compute, arrivals, delays, classes } = this.parts;
    compute?.counters.stop();
    delays?.stop();
    await arrivals?.stop();
    await classes.stop();
  }

  async read(tick: Tick): Promise<Reading> {
    const { before } = this;
    const loads = await this.loads();
    this.before = { slot: tick.slot, loads };
    const since = before ?? {
      slot: tick.slot - 1,
      loads: { links: loads.links.map(emptied), compute: loads.compute },
    };
    const elapsedSlots = Math.max(1, tick.slot - since.slot);
    return {
      observation: this.observation(since.loads, loads, elapsedSlots),
      feedback: this.parts.delays?.feedback(tick) ?? [],
    };
  }

  private async loads(): Promise<Loads> {
    const { classes, config, arrivals, compute } = this.parts;
    const [table, offered, computeLoads] = await Promise.all([
      classes.read(),
      arrivals?.read(),
      // While tc or nft is at work.
      Promise.resolve().then(() => compute?.counters.read() ?? []),
    ]);
    const links = classesInOrder(table, config.classIds).map((counters, slice) => {
      const load = classLoad(counters, config.headerBytesPerPacket);
      return { ...load, offeredBits: offered?.[slice] };
    });
    return { links, compute: computeLoads };
  }

  private observation(before: Loads, now: Loads, elapsedSlots: number): Float64Array {
    const { config, cyclesPerBit, compute } = this.parts;
    const slices = now.links.length;
    const observation = new Float64Array(2 * slices);
    for (const [i, load] of now.links.entries()) {
      const linkBits = demandBits(before.links[i] as ClassLoad, load, elapsedSlots);
      const bits = linkBits * config.modelBitsPerLinkBit;
      observation[i] = bits;
      observation[slices + i] = bits * (cyclesPerBit[i] as number);
    }
    for (const [i, load] of now.compute.entries()) {
      const cpuUs = demandUs(before.compute[i] as ComputeLoad, load, elapsedSlots);
      observation[slices + i] = cpuUs * (compute?.cyclesPerCpuUs ?? Number.NaN);
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

function measured(config: ComputeObservationConfig, scenario: SlicingScenario): MeasuredCompute {
  const budgetCyclesPerUs = scenario.computeKmcPerS * 1e3;
  return {
    counters: new ComputeCounters(config),
    cyclesPerCpuUs: budgetCyclesPerUs / config.cpus,
  };
}

/**
 * The live observation of an agent.
 *
 * @throws SlotwiseError CONFIG_INVALID where classes, counters or cgroups are not one for each slice
 */
export function createTcObservationSource(
  config: TcObservationConfig,
  scenario: SlicingScenario,
  { startProcess = batchProcessStarter(), loadNetlink }: Partial<TransportSurroundings> = {},
): TcSource {
  const { answerTimeoutMs, classIds } = config;
  requireOnePerSlice("an HTB class", classIds, scenario);
  requireOnePerSlice("an arrival counter", config.arrivals?.counters ?? classIds, scenario);
  requireOnePerSlice("an observed cgroup", config.compute?.groups ?? classIds, scenario);
  const classes = openClassControl(config, { startProcess, loadNetlink }, true);
  const arrivals =
    config.arrivals === null
      ? undefined
      : new ArrivalCounters(config.arrivals, answerTimeoutMs, startProcess);
  const compute = config.compute === null ? undefined : measured(config.compute, scenario);
  const delays =
    config.delayReports === null ? undefined : new DelayReports(config.delayReports, scenario);
  const parts = {
    config,
    cyclesPerBit: cyclesPerBit(scenario),
    classes,
    arrivals,
    compute,
    delays,
  };
  return new TcSource(parts);
}
