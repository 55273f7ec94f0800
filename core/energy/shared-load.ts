import type { Constraint } from "./constraints.ts";
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

  private serverOf(gateway: number): number {
    return (this.slot.gateways[gateway] as Gateway).server;
  }
}

function addAt(sums: Float64Array, index: number, value: number): void {
  sums[index] = (sums[index] as number) + value;
}
