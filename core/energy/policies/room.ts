import { demandOf } from "../constraints.ts";
import type { EnergyScenario } from "../scenario.ts";
import type { Decision, EnergySlot, Gateway, Task } from "../task.ts";

/** Room left on every shared resource while tasks are placed one by one. */
export class Room {
  private readonly slot: EnergySlot;
  private readonly storage: Float64Array;
  private readonly frequency: Float64Array;
  private readonly power: Float64Array;

  constructor(scenario: EnergyScenario, slot: EnergySlot) {
    const servers = 1 + Math.max(...slot.gateways.map((gateway) => gateway.server));
    this.slot = slot;
    this.storage = new Float64Array(servers).fill(scenario.serverStorageBytes);
    this.frequency = new Float64Array(servers).fill(scenario.serverFrequencyHz);
    this.power = new Float64Array(slot.gateways.length).fill(scenario.gatewayPowerW);
  }

  holds(task: Task, decision: Decision): boolean {
    const { gateway } = decision;
    const { storageBytes, frequencyHz, powerW } = demandOf(task, decision);
    const { server } = this.slot.gateways[gateway] as Gateway;
    return (
      storageBytes <= (this.storage[server] as number) &&
      frequencyHz <= (this.frequency[server] as number) &&
      powerW <= (this.power[gateway] as number)
    );
  }

  take(task: Task, decision: Decision): void {
    const { gateway } = decision;
    const { storageBytes, frequencyHz, powerW } = demandOf(task, decision);
    const { server } = this.slot.gateways[gateway] as Gateway;
    this.storage[server] = (this.storage[server] as number) - storageBytes;
    this.frequency[server] = (this.frequency[server] as number) - frequencyHz;
    this.power[gateway] = (this.power[gateway] as number) - powerW;
  }
}
