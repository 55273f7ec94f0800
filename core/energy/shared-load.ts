import type { Constraint } from "./constraints.ts";
import type { Excess } from "./multipliers.ts";
import type { EnergyScenario } from "./scenario.ts";
import type { Decision, EnergySlot, Gateway, Task } from "./task.ts";

/** Relative slack of a limit, against sums that drift by rounding. */
const slack = 1e-9;

/** The use of C6–C8's resources while decisions change one by one, each as a share of its limit. */
export class SharedLoad {
  private readonly scenario: EnergyScenario;
  private readonly slot: EnergySlot;
  private readonly powerShare: Float64Array;
  private readonly frequencyShare: Float64Array;
  private readonly storageShare: Float64Array;

  constructor(scenario: EnergyScenario, slot: EnergySlot) {
    const servers = 1 + Math.max(...slot.gateways.map((gateway) => gateway.server));
    this.scenario = scenario;
    this.slot = slot;
    this.powerShare = new Float64Array(slot.gateways.length);
    this.frequencyShare = new Float64Array(servers);
    this.storageShare = new Float64Array(servers);
  }

  /** Adds (`sign` 1) or takes away (−1) a task's decision. */
  add(task: Task, { gateway, powerW, frequencyHz }: Decision, sign: 1 | -1): void {
    const { scenario } = this;
    const server = this.serverOf(gateway);
    addAt(this.powerShare, gateway, (sign * powerW) / scenario.gatewayPowerW);
    addAt(this.frequencyShare, server, (sign * frequencyHz) / scenario.serverFrequencyHz);
    addAt(this.storageShare, server, (sign * task.storageBytes) / scenario.serverStorageBytes);
  }

  /** C8 of a gateway. */
  gateway(gateway: number): number {
    return this.powerShare[gateway] as number;
  }

  /** C7 of a gateway's server. */
  frequency(gateway: number): number {
    return this.frequencyShare[this.serverOf(gateway)] as number;
  }

  /** C6 of a gateway's server. */
  storage(gateway: number): number {
    return this.storageShare[this.serverOf(gateway)] as number;
  }

  /** The shared limits broken at a gateway or its server. */
  violatedAt(gateway: number): Constraint[] {
    const violated: Constraint[] = [];
    if (this.gateway(gateway) > 1 + slack) violated.push("gateway-power");
    if (this.frequency(gateway) > 1 + slack) violated.push("server-frequency");
    if (this.storage(gateway) > 1 + slack) violated.push("server-storage");
    return violated;
  }

  /** Whether any shared limit is broken at a gateway or its server. */
  isOver(gateway: number): boolean {
    const limit = 1 + slack;
    return (
      this.gateway(gateway) > limit ||
      this.frequency(gateway) > limit ||
      this.storage(gateway) > limit
    );
  }

  /** Whether a task's change from one decision to another pushes no resource further over its limit. */
  allows(task: Task, from: Decision, to: Decision): boolean {
    const { scenario } = this;
    const fits = (share: number, before: number, after: number, limit: number) =>
      after <= before || share + (after - before) / limit <= 1 + slack;
    const stays = this.serverOf(from.gateway) === this.serverOf(to.gateway);
    const powerBefore = from.gateway === to.gateway ? from.powerW : 0;
    return (
      fits(this.gateway(to.gateway), powerBefore, to.powerW, scenario.gatewayPowerW) &&
      fits(
        this.frequency(to.gateway),
        stays ? from.frequencyHz : 0,
        to.frequencyHz,
        scenario.serverFrequencyHz,
      ) &&
      (stays || fits(this.storage(to.gateway), 0, task.storageBytes, scenario.serverStorageBytes))
    );
  }

  /** Resources over their limit, and by how much of it in all. */
  overload(): { readonly count: number; readonly excess: number } {
    let count = 0;
    let excess = 0;
    for (const shares of [this.powerShare, this.frequencyShare, this.storageShare]) {
      for (const share of shares) {
        if (share <= 1 + slack) continue;
        count++;
        excess += share - 1;
      }
    }
    return { count, excess };
  }

  /** What goes beyond a share of each limit, summed over gateways or servers. */
  excessOver(threshold: number): Omit<Excess, "deadline"> {
    const over = (shares: Float64Array) => {
      let total = 0;
      for (const share of shares) total += Math.max(0, share - threshold);
      return total;
    };
    return {
      gatewayPower: over(this.powerShare),
      serverFrequency: over(this.frequencyShare),
      serverStorage: over(this.storageShare),
    };
  }

  private serverOf(gateway: number): number {
    return (this.slot.gateways[gateway] as Gateway).server;
  }
}

function addAt(sums: Float64Array, index: number, value: number): void {
  sums[index] = (sums[index] as number) + value;
}
