import { execFile } from "node:child_process";
import { once } from "node:events";
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

const transports = ["netlink", "tc"] as const;
type Transport = (typeof transports)[number];

type Kept = Omit<KernelPathTimes, "histogram">;

/** The decision path on real kernel interfaces, one slot after the other and one every 10 ms. */
export type KernelPathBench = Readonly<
  Record<Transport, { readonly backToBack: Kept; readonly every10Ms: Kept }>
>;

/** Where this is not root, or the kernel lacks what is needed. */
export interface Unavailable {
  readonly unavailable: string;
}

const slots = 5000;

async function measure(
  link: SteeredSliceLink,
  transport: Transport,
  periodMs: number,
  signal: AbortSignal,
): Promise<KernelPathTimes> {
  const { device, groups, cgroupRoot } = link;
  const compute = { root: cgroupRoot, groups, cpus: 1.8 };
  const journal = join(cgroupRoot, "run/bench.restore");
  const config = {
    observe: { kind: "tc", device, transport, compute },
    actuate: { kind: "tc", device, transport, linkKbitPerS: 54_000, compute, journal },
  };
  const script = fileURLToPath(new URL("./kernel-path-worker.js", import.meta.url));
  const words = [process.execPath, script, JSON.stringify(config), `${slots}`, `${periodMs}`];
  const inside = ["netns", "exec", link.namespace, ...words];
  const running = promisify(execFile)("ip", inside, { signal });
  const exited = once(running.child, "exit");
  try {
    return JSON.parse((await running).stdout) as KernelPathTimes;
  } finally {
    await exited;
  }
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
 * @throws Error where the signal aborts
 */
export async function benchKernelPath(
  histograms: string | undefined,
  signal: AbortSignal,
): Promise<KernelPathBench | Unavailable> {
  const link = new SteeredSliceLink();
  try {
    const unavailable = built(link);
    if (unavailable !== undefined) return unavailable;
    if (histograms !== undefined) mkdirSync(histograms, { recursive: true });
    const kept = ({ histogram, ...times }: KernelPathTimes, name: string): Kept => {
      if (histograms !== undefined) writeFileSync(join(histograms, `${name}.hgrm`), histogram);
      return times;
    };
    const bench: Partial<Record<Transport, KernelPathBench[Transport]>> = {};
    for (const transport of transports) {
      bench[transport] = {
        backToBack: kept(await measure(link, transport, 0, signal), `${transport}-backToBack`),
        every10Ms: kept(await measure(link, transport, 10, signal), `${transport}-every10Ms`),
      };
    }
    return bench as KernelPathBench;
  } finally {
    link.remove();
  }
}
