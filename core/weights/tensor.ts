/** A dense row-major float32 tensor; `data.length` is the product of `shape`. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** Named tensors of a network, in a fixed order. */
export type Weights = ReadonlyMap<string, Tensor>;
