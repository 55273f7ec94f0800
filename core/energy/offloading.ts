import { z } from "zod";
import { range } from "./range.ts";

/** Where a task is computed. */
export type Place = "device" | "edge" | "cloud";

/**
 * The paper's open end: input goes up from the device to its gateway, and a task is computed on the
 * device, at the gateway's server, or in a cloud behind the servers. Values are our assumptions.
 */
export const offloadingSchema = z.strictObject({
  inputBytes: range(0.5e6, 2e6, "bytes that an edge or cloud task sends up"),
  uplinkBandwidthHz: z.number().positive().default(20e6).describe("of a device's uplink, Hz"),
  uplinkPowerW: z.number().positive().default(0.2).describe("a device's transmit power, W"),
  deviceKappa: z.number().positive().default(3e-27).describe("energy per cycle and Hz², J s²"),
  deviceFrequencyHz: range(0.2e9, 1e9, "CPU frequency of a device, Hz"),
  cloudFrequencyHz: z.number().positive().default(4e9).describe("given to a cloud task, Hz"),
  cloudEnergyPerCycleJ: z.number().min(0).default(3e-10).describe("J per cycle in the cloud"),
  cloudLatencyS: z.number().min(0).default(0.05).describe("server to cloud and back, s"),
  backhaulBitPerS: z.number().positive().default(1e9).describe("server to cloud, per task, bit/s"),
  backhaulEnergyPerBitJ: z.number().min(0).default(1e-9).describe("server to cloud, J per bit"),
});

export type Offloading = z.output<typeof offloadingSchema>;
