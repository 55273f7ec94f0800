import type { ActionSpace } from "./action-space.ts";
import { radioMs } from "./delay.ts";
import { type SlicingScenario, sliceOf } from "./scenario.ts";
import { bandwidthShareMhz, computeShareKmcPerS } from "./share.ts";
import { countUsers, type User } from "./user.ts";

/**
 * The reward of one access point for every joint action in one slot.
 *
 * A user's delay depends only on its own slice's blocks, so a slot is three small tables: the summed
 * delay and the satisfied users of a slice for each (bandwidth, compute) pair. The reward of an
 * action then is α Π exp(−L_i/n) + (1 − α) exp(Σ φ_i/n): lookups and products, no exponential.
 */
export class ActionRewards {
  private readonly scenario: SlicingScenario;
  private readonly space: ActionSpace;
  private readonly delayFactor: Float64Array;
  private readonly satisfied: Int32Array;
  private readonly computeCells: Int32Array;

  constructor(scenario: SlicingScenario, space: ActionSpace) {
    this.scenario = scenario;
    this.space = space;
    const cells = space.slices * space.maxBandwidthBlocks * space.maxComputeBlocks;
    this.delayFactor = new Float64Array(cells);
    this.satisfied = new Int32Array(cells);
    this.computeCells = Int32Array.from(space.compute.flatMap((row) => row.map((c) => c - 1)));
  }

  /**
   * Adds the reward of every action to `sums`, indexed by action: [136 · 136] for Table 1. Without
   * tasks nothing is added; a user's tasks are served one after the other.
   */
  addTo(sums: Float64Array, users: readonly User[]): void {
    const tasks = users.reduce((sum, user) => sum + (user.tasks ?? 1), 0);
    if (tasks === 0) return;
    this.fillTables(users, tasks);
    const { alpha } = this.scenario;
    const { slices } = this.space;
    const { delayFactor, satisfied, computeCells } = this;
    const satisfactionTerm = Float64Array.from(
      { length: tasks + 1 },
      (_, k) => (1 - alpha) * Math.exp(k / tasks),
    );
    const rows = new Int32Array(slices);
    let action = 0;
    for (const bandwidth of this.space.bandwidth) {
      for (let i = 0; i < slices; i++) rows[i] = this.cell(i, bandwidth[i] as number, 1);
      for (let c = 0; c < computeCells.length; action++) {
        let factor = alpha;
        let count = 0;
        for (let i = 0; i < slices; i++, c++) {
          const cell = (rows[i] as number) + (computeCells[c] as number);
          factor *= delayFactor[cell] as number;
          count += satisfied[cell] as number;
        }
        sums[action] = (sums[action] as number) + factor + (satisfactionTerm[count] as number);
      }
    }
  }

  private cell(slice: number, bandwidthBlocks: number, computeBlocks: number): number {
    const { maxBandwidthBlocks, maxComputeBlocks } = this.space;
    return (
      (slice * maxBandwidthBlocks + bandwidthBlocks - 1) * maxComputeBlocks + computeBlocks - 1
    );
  }

  private fillTables(users: readonly User[], tasks: number): void {
    const { scenario, space, delayFactor } = this;
    delayFactor.fill(0);
    this.satisfied.fill(0);
    const counts = countUsers(users, space.slices);
    for (const user of users) {
      const peers = counts[user.slice] as number;
      for (let b = 1; b <= space.maxBandwidthBlocks; b++) {
        const { uplinkMs, downlinkMs } = radioMs(
          scenario,
          user,
          bandwidthShareMhz(scenario, b, peers),
        );
        this.addUser(user, b, peers, uplinkMs + downlinkMs);
      }
    }
    const unitMs = scenario.reward.delayUnit === "ms" ? 1 : scenario.slotMs;
    for (let cell = 0; cell < delayFactor.length; cell++) {
      delayFactor[cell] = Math.exp(-(delayFactor[cell] as number) / (tasks * unitMs));
    }
  }

  private addUser(
    { slice, tasks = 1 }: User,
    bandwidthBlocks: number,
    peers: number,
    radio: number,
  ): void {
    const { workKmc, maxDelayMs } = sliceOf(this.scenario, slice);
    const { delayCapMs } = this.scenario;
    for (let c = 1; c <= this.space.maxComputeBlocks; c++) {
      const cell = this.cell(slice, bandwidthBlocks, c);
      const computeMs = (1e3 * workKmc) / computeShareKmcPerS(this.scenario, c, peers);
      for (let k = 1; k <= tasks; k++) {
        const totalMs = Math.min(k * (radio + computeMs), delayCapMs);
        this.delayFactor[cell] = (this.delayFactor[cell] as number) + totalMs;
        const satisfied = radio < Infinity && totalMs <= maxDelayMs ? 1 : 0;
        this.satisfied[cell] = (this.satisfied[cell] as number) + satisfied;
      }
    }
  }
}

/** Index of the largest value, the first of equals. */
export function argmax(values: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) {
    if ((values[i] as number) > (values[best] as number)) best = i;
  }
  return best;
}
