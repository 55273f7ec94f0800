import { describe, expect, it, onTestFinished } from "vitest";
import type { Actuator, ReadBack } from "../../agent/actuate/actuator.ts";

export interface ActuatorUnderTest {
  readonly actuator: Actuator;
  /** Makes the device say what it did in that slot, where it does not say so by itself. */
  confirm?(slot: number, action: Float64Array): void;
}

/** Two actions of the actuator's system. */
interface ContractActions {
  readonly first: Float64Array;
  readonly second: Float64Array;
}

const slicingActions: ContractActions = {
  first: Float64Array.of(4, 8, 6, 7, 7, 4),
  second: Float64Array.of(6, 6, 6, 6, 6, 6),
};

function expectConfirmed(readBack: ReadBack | undefined, slot: number, action: Float64Array) {
  expect(readBack?.slot).toBe(slot);
  for (const [i, commanded] of action.entries()) {
    const difference = Math.abs((readBack?.applied[i] ?? Number.NaN) - commanded);
    expect(difference).toBeLessThanOrEqual(0.01 * commanded);
  }
}

/** What every actuator does. */
export function actuatorContract(
  name: string,
  create: () => ActuatorUnderTest,
  { first, second } = slicingActions,
): void {
  async function started(): Promise<ActuatorUnderTest> {
    const device = create();
    await device.actuator.start(new AbortController().signal);
    onTestFinished(() => device.actuator.stop());
    return device;
  }

  async function apply(device: ActuatorUnderTest, slot: number, action: Float64Array) {
    await device.actuator.apply(slot, action);
    device.confirm?.(slot, action);
  }

  describe(`${name}, as an actuator`, () => {
    it("reports nothing before anything was applied", async () => {
      const { actuator } = await started();
      expect(actuator.readBack()).toBeUndefined();
    });

    it("confirms what it applied, for the slot it was applied in", async () => {
      const device = await started();
      await apply(device, 7, first);
      expectConfirmed(device.actuator.readBack(), 7, first);
    });

    it("reports a confirmation once", async () => {
      const device = await started();
      await apply(device, 7, first);
      device.actuator.readBack();
      expect(device.actuator.readBack()).toBeUndefined();
    });

    it("reports every confirmation, the oldest first", async () => {
      const device = await started();
      await apply(device, 1, first);
      await apply(device, 2, second);
      expectConfirmed(device.actuator.readBack(), 1, first);
      expectConfirmed(device.actuator.readBack(), 2, second);
    });

    it("confirms an action that was in force already", async () => {
      const device = await started();
      await apply(device, 1, first);
      device.actuator.readBack();
      await apply(device, 2, first);
      expectConfirmed(device.actuator.readBack(), 2, first);
    });

    it("keeps its confirmation apart from the array it was given", async () => {
      const device = await started();
      const action = Float64Array.from(first);
      await apply(device, 3, action);
      action.fill(1);
      expectConfirmed(device.actuator.readBack(), 3, first);
    });
  });
}
