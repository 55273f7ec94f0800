/** How an edge worker serves its slice. */
export interface EdgeWork {
  readonly slice: number;
  /** CPU time of a task, ms. */
  readonly cpuMsPerTask: number;
  readonly iterationsPerMs: number;
  /** Bytes of a result, by slice. */
  readonly resultBytes: readonly number[];
  readonly userAddress: string;
  readonly basePort: number;
}

export type WorkerCommand =
  | { readonly type: "calibrate" }
  | { readonly type: "serve"; readonly work: EdgeWork }
  | { readonly type: "use" };

export type WorkerReport =
  | { readonly type: "ready" }
  | { readonly type: "calibrated"; readonly iterationsPerMs: number }
  | { readonly type: "serving" }
  /** CPU time since the process began, ms. */
  | { readonly type: "use"; readonly cpuMs: number };
