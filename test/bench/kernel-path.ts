import { execFile } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { SteeredSliceLink } from "./steered-slice-link.ts";

export type StageName = "observe" | "decide" | "apply" | "path";

/** Of all slots of a run, µs. */
interface StageTimes {
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
  readonly slots: number;
}

export interface KernelPathTimes {
  /** Counters of HTB classes and cgroups. */
  readonly observeUs: StageTimes;
  /** Inference and envelope. */
  readonly decideUs: StageTimes;
  /** Rates and quotas written, all of them read back and compared. */
  readonly applyUs: StageTimes;
  readonly pathUs: StageTimes;
  /** Slots whose read-back differed. */
  readonly mismatches: number;
  /** Of the path, in µs, as HdrHistogram prints percentile distributions. */
  readonly histogram: string;
}

/** The decision path on real kernel interfaces, one slot after the other and one every 10 ms. */
export interface KernelPathBench {
  readonly backToBack: Omit<KernelPathTimes, "histogram">;
  readonly every10Ms: Omit<KernelPathTimes, "histogram">;
}

/** Where this is not root, or the kernel lacks what is needed. */
export interface Unavailable {
  readonly unavailable: string;
}

const slots = 5000;

async function measure(link: SteeredSliceLink, periodMs: number): Promise<KernelPathTimes> {
  const { device, groups, cgroupRoot } = link;
  const compute = { root: cgroupRoot, groups, cpus: 1.8 };
  const journal = join(cgroupRoot, "run/bench.restore");
  const config = {
    observe: { kind: "tc", device, compute },
    actuate: { kind: "tc", device, linkKbitPerS: 54_000, compute, journal },
  };
  const script = fileURLToPath(new URL("./kernel-path-worker.js", import.meta.url));
  const words = [process.execPath, script, JSON.stringify(config), `${slots}`, `${periodMs}`];
  const { stdout } = await promisify(execFile)("ip", ["netns", "exec", link.namespace, ...words]);
  return JSON.parse(stdout) as KernelPathTimes;
}

function built(link: SteeredSliceLink): Unavailable | undefined {
  try {
    link.build();
    return undefined;
  } catch (error) {
    return { unavailable: (error as Error).message };
  }
}

/**
 * Measures observe, infer, bound, write and read back with real HTB classes and v1 cgroups.
 *
 * @param histograms folder for the whole distributions
 */
export async function benchKernelPath(
  histograms: string | undefined,
): Promise<KernelPathBench | Unavailable> {
  const link = new SteeredSliceLink();
  try {
    const unavailable = built(link);
    if (unavailable !== undefined) return unavailable;
    const runs = { backToBack: await measure(link, 0), every10Ms: await measure(link, 9) };
    if (histograms !== undefined) mkdirSync(histograms, { recursive: true });
    const kept = Object.entries(runs).map(([name, { histogram, ...times }]) => {
      if (histograms !== undefined) writeFileSync(join(histograms, `${name}.hgrm`), histogram);
      return [name, times];
    });
    return Object.fromEntries(kept) as KernelPathBench;
  } finally {
    link.remove();
  }
}
