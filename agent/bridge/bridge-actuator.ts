import { SlotwiseError } from "../../core/errors.ts";
import type { BridgeInfo } from "../../core/messages/bridge.ts";
import type { Actuator, ReadBack } from "../actuate/actuator.ts";
import { Confirmations } from "../actuate/confirmations.ts";

/**
 * Sends actions to the simulator and takes what was in force from its next message; the connection
 * is the bridge's to start and stop.
 */
export class BridgeActuator implements Actuator {
  private readonly send: (slot: number, action: Float64Array) => boolean;
  private readonly confirmed = new Confirmations();

  /** @param send false when the action cannot reach the simulator */
  constructor(send: (slot: number, action: Float64Array) => boolean) {
    this.send = send;
  }

  start(): Promise<void> {
    return Promise.resolve();
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }

  /** Rejects with SlotwiseError BRIDGE_DISCONNECTED while no simulator can be reached. */
  apply(slot: number, action: Float64Array): Promise<void> {
    if (this.send(slot, action)) return Promise.resolve();
    return Promise.reject(
      new SlotwiseError("BRIDGE_DISCONNECTED", {
        expected: "a simulator to send the action to",
        received: "no connection, one that nobody reads, or one that has not shown its slot yet",
        consequence: "the last action stays in force for the slot",
      }),
    );
  }

  readBack(): ReadBack | undefined {
    return this.confirmed.take();
  }

  observed(info: BridgeInfo | undefined): void {
    if (info === undefined) return;
    this.confirmed.add({ slot: info.slot, applied: Float64Array.from(info.applied) });
  }
}
