import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { FileLock } from "../../../platform/file-lock.ts";
import type { Actuator, ReadBack } from "../actuator.ts";
import { lockDevice } from "./device-lock.ts";
import { Guardian, lockOf } from "./guardian.ts";
import type { SteeredDevice } from "./steered-device.ts";

/** Makes a device whose own children are to inherit these descriptors. */
export type CreateDevice = (inherited: () => readonly number[]) => SteeredDevice;

/**
 * A device that comes back as it was found, whatever ends this process: locked against a second
 * agent, rid of what an earlier one left, and journalled before anything is written.
 */
export class GuardedActuator implements Actuator {
  private readonly journalLock: FileLock;
  private readonly guardian: Guardian;
  private readonly journal: string;
  private readonly device: SteeredDevice;
  private folderLocks: readonly FileLock[] = [];

  constructor(journal: string, create: CreateDevice) {
    this.journal = journal;
    this.journalLock = new FileLock(lockOf(journal), "a");
    this.guardian = new Guardian(journal);
    this.device = create(() => [this.journalLock.fd].filter((fd) => fd !== undefined));
  }

  /**
   * @throws SlotwiseError DEVICE_LOCKED while another agent steers any part of the device
   * @throws SlotwiseError ACTUATOR_UNAVAILABLE as the device does
   */
  async start(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    await mkdir(dirname(this.journal), { recursive: true, mode: 0o700 });
    await lockDevice(this.journalLock);
    try {
      await this.lockFolders();
      await this.guardian.restoreLeftovers();
      const fds = this.folderLocks.flatMap(({ fd }) => fd ?? []);
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

  private async lockFolders(): Promise<void> {
    const folders = this.device.folders.filter((folder) => existsSync(folder));
    this.folderLocks = folders.map((folder) => new FileLock(folder, "r"));
    for (const lock of this.folderLocks) await lockDevice(lock);
  }

  private async letGo(): Promise<void> {
    await this.guardian.release();
    for (const lock of [...this.folderLocks, this.journalLock]) lock.release();
  }
}
