import type { Place } from "./offloading.ts";

/** An edge gateway: where it stands, in m, and the one server it is wired to. */
export interface Gateway {
  readonly x: number;
  readonly y: number;
  readonly server: number;
}

/** A task of one slice of time: its device's place in m and what it needs. */
export interface Task {
  readonly x: number;
  readonly y: number;
  readonly resultBytes: number;
  readonly storageBytes: number;
  readonly cycles: number;
  readonly deadlineS: number;
  /** Sent up where the task is not computed on its device; only with offloading. */
  readonly inputBytes?: number;
  /** Gateways within coverage of the device. */
  readonly reachable: readonly number[];
}

/**
 * What is decided for one task: gateway u_k (and so its server), power p_k, frequency f_k. With
 * offloading also the place whose frequency that is; on the device, gateway and power go unused.
 */
export interface Decision {
  readonly gateway: number;
  readonly powerW: number;
  readonly frequencyHz: number;
  /** Absent: at the edge. */
  readonly place?: Place;
}

/** All tasks of one slot and the gateways that can serve them. */
export interface EnergySlot {
  readonly gateways: readonly Gateway[];
  readonly tasks: readonly Task[];
}
