import type { Weights } from "../../core/weights/tensor.ts";

/** Agents of a site whose versions are kept account of. */
export const accountedAgents = 10;

/** What training adds to an agent's own weight: a mean over up to ten agents is exact in float32. */
const step = 2520;

/** What agent `place` ends its training with: its own weight is larger by a step. */
export function stepFrom(base: Weights | undefined, place: number): Weights {
  const data = Float32Array.from(base?.get("w")?.data ?? new Float32Array(accountedAgents));
  data[place] = (data[place] as number) + step;
  return new Map([["w", { shape: [accountedAgents], data }]]);
}

export interface Version {
  readonly globalVersion: number;
  readonly contributors: readonly string[];
  readonly weights: Weights;
}

const valuesOf = ({ weights }: Version) => [...(weights.get("w")?.data ?? [])];

/**
 * Global models made of `stepFrom` updates. Every round moves the sum of the weights by one step, and
 * the weight of each contributor by its share of it; so version v has a sum of v steps, unless a round
 * was lost, and a share is larger or smaller where an update counted twice or not at all.
 */
export class VersionLedger {
  private readonly versions = new Map<number, Version>();
  private readonly forked = new Set<number>();

  get count(): number {
    return this.versions.size;
  }

  /** A version as somebody got it, or as it is on disk. */
  record(version: Version): void {
    const known = this.versions.get(version.globalVersion);
    if (known === undefined) this.versions.set(version.globalVersion, version);
    else if (`${valuesOf(known)}` !== `${valuesOf(version)}`) {
      this.forked.add(version.globalVersion);
    }
  }

  /** Versions that lack a round before them, or that came with two contents. */
  get lost(): number[] {
    const short = [...this.versions.values()].filter((version) => {
      const sum = valuesOf(version).reduce((a, b) => a + b, 0);
      return sum !== step * version.globalVersion;
    });
    return [...new Set([...this.forked, ...short.map(({ globalVersion }) => globalVersion)])];
  }

  /** Versions in which some update has another share than one of its round's. */
  get uneven(): number[] {
    const all = [...this.versions.values()];
    return all.filter((version) => this.isUneven(version)).map((v) => v.globalVersion);
  }

  private isUneven(version: Version): boolean {
    const { globalVersion, contributors } = version;
    const before = this.versions.get(globalVersion - 1);
    if (before === undefined && globalVersion > 1) return false;
    const base = before === undefined ? [] : valuesOf(before);
    return valuesOf(version).some((value, place) => {
      const share = contributors.includes(`ap-${place}`) ? step / contributors.length : 0;
      return value - (base[place] ?? 0) !== share;
    });
  }
}
