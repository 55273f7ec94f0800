import { cpu, mem, osInfo } from "systeminformation";

/** What the box is, asked once at the start: a query takes 15–70 ms. */
export interface Inventory {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly system: string;
  readonly kernel: string;
}

export async function takeInventory(): Promise<Inventory> {
  const [processor, memory, system] = await Promise.all([cpu(), mem(), osInfo()]);
  return {
    cpu: `${processor.manufacturer} ${processor.brand}`.trim(),
    cores: processor.cores,
    memoryBytes: memory.total,
    system: `${system.distro} ${system.release} ${system.arch}`,
    kernel: system.kernel,
  };
}
