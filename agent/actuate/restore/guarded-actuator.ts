import type { Actuator, ReadBack } from "../actuator.ts";
import { type DeviceLock, lockDevice } from "./device-lock.ts";
import { Guardian, journalLock } from "./guardian.ts";
import type { SteeredDevice } from "./steered-device.ts";

/** Makes a device whose own children are to inherit these descriptors. */
export type CreateDevice = (inherited: () => readonly number[]) => SteeredDevice;

/**
 * A device that comes back as it was found, whatever ends this process: locked against a second
 * agent, rid of what an earlier one left, and journalled before anything is written.
 */
export class GuardedActuator implements Actuator {
  private readonly journalLock: DeviceLock;
  private readonly guardian: Guardian;
  private readonly device: SteeredDevice;
  private deviceLocks: readonly DeviceLock[] = [];

  /** @param onEvent told what befalls the guardian */
  constructor(journal: string, create: CreateDevice, onEvent: (event: string) => void) {
    this.journalLock = journalLock(journal);
    this.guardian = new Guardian(journal, onEvent);
    this.device = create(() => [this.journalLock.lock.fd].filter((fd) => fd !== undefined));
  }

  /**
   * @throws SlotwiseError DEVICE_LOCKED while another agent steers any part of the device
   * @throws SlotwiseError RESTORE_INCOMPLETE where what an earlier agent left cannot be put back
   * @throws SlotwiseError ACTUATOR_UNAVAILABLE as the device does
   */
  async start(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    await lockDevice(this.journalLock);
    try {
      this.deviceLocks = await this.device.locks();
      for (const lock of this.deviceLocks) await lockDevice(lock);
      await this.guardian.restoreLeftovers();
      const fds = this.deviceLocks.flatMap(({ lock }) => lock.fd ?? []);
      await this.guardian.hold(await this.device.survey(), fds);
      await this.device.start(signal);
    } catch (error) {
      await this.letGo();
      throw error;
    }
  }

  /** Gives the device back; where that fails the journal stays for the guardian. */
  async stop(): Promise<void> {
    await this.device.stop();
    await this.letGo();
  }

  apply(slot: number, action: Float64Array): Promise<void> {
    return this.device.apply(slot, action);
  }

  readBack(): ReadBack | undefined {
    return this.device.readBack();
  }

  private async letGo(): Promise<void> {
    await this.guardian.release();
    for (const { lock } of [...this.deviceLocks, this.journalLock]) lock.release();
  }
}
