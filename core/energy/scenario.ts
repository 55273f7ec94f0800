import { z } from "zod";
import { offloadingSchema } from "./offloading.ts";
import { range } from "./range.ts";

/** The energy system of docs/energy-model.md; every default is assumption E1 unless it says otherwise. */
export const energyScenarioSchema = z.strictObject({
  bandwidthHz: z.number().positive().default(20e6).describe("B, Hz"),
  noisePsdDbmPerHz: z.number().default(-174).describe("N₀, dBm/Hz"),
  minDistanceM: z.number().positive().default(1).describe("shortest gateway-device distance, m"),
  kappa: z.number().positive().default(5e-28).describe("κ, energy per cycle and Hz², J s²"),
  powerW: range(0.5, 1, "transmit power of a task, W (C10)"),
  frequencyHz: range(1e9, 2e9, "CPU frequency of a task, Hz (C9)"),
  serverFrequencyHz: z.number().positive().default(25e9).describe("F_s, Hz per server (C7)"),
  serverStorageBytes: z.number().positive().default(2e9).describe("B_s, bytes per server (C6)"),
  gatewayPowerW: z.number().positive().default(6).describe("P_g, W per gateway (C8)"),
  coverageM: z.number().positive().default(200).describe("reach of a gateway, m (C5)"),
  maxEnergyJ: z.number().positive().default(2).describe("Emax of the reward, J"),
  areaM: z.number().positive().default(900).describe("side of the square, m"),
  resultBytes: range(2e6, 10e6, "bytes sent down to the device"),
  storageBytes: range(20e6, 60e6, "bytes held on the server"),
  cycles: range(100e6, 500e6, "CPU cycles of a task"),
  deadlineS: range(0.5, 0.8, "limit on the total delay, s"),
  offloading: offloadingSchema
    .optional()
    .describe("uplink traffic and a choice of device, edge or cloud; absent: the paper's system"),
});

/** Everything that defines the energy system. */
export type EnergyScenario = z.infer<typeof energyScenarioSchema>;

/** What a bridge and an agent can run: their decisions have no place, every task is served at the edge. */
export const runtimeEnergyScenarioSchema = energyScenarioSchema.refine(
  ({ offloading }) => offloading === undefined,
  {
    path: ["offloading"],
    message: "is for training and evaluation; the runtime serves at the edge",
  },
);

export const defaultEnergyScenario: EnergyScenario = energyScenarioSchema.parse({});
