import type { Scalar, Tensor } from "@tensorflow/tfjs";
import type { LearnerConfig } from "../../algorithms/learner-config.ts";
import type { Tensors } from "./networks.ts";
import type { TensorFlow } from "./tensorflow.ts";

/** One tensor under training, in the memory of the engine's state. */
export interface TrainedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly parameters: Float32Array;
  /** Σ β₁ˢ g and Σ β₂ˢ g². */
  readonly firstMoment: Float32Array;
  readonly secondMoment: Float32Array;
}

/** A tensor of its own: what is written to the array later does not reach it. */
export function tensorOf(
  tf: TensorFlow,
  { parameters, shape }: Pick<TrainedTensor, "parameters" | "shape">,
): Tensor {
  return tf.tensor(parameters.slice(), [...shape]);
}

/** One Adam step of one tensor. */
function step(
  tf: TensorFlow,
  trained: TrainedTensor,
  before: Tensor,
  gradient: Tensor,
  rate: number,
  { beta1, beta2, epsilon }: LearnerConfig["adam"],
): void {
  const decayed = (sums: Float32Array, by: number) =>
    tf.mul(tensorOf(tf, { parameters: sums, shape: trained.shape }), by);
  const first = tf.add(decayed(trained.firstMoment, beta1), gradient);
  const second = tf.add(decayed(trained.secondMoment, beta2), tf.square(gradient));
  const root = tf.add(tf.sqrt(second), epsilon / Math.sqrt(1 - beta2));
  const after = tf.sub(before, tf.mul(tf.div(first, root), rate));
  trained.parameters.set(after.dataSync());
  trained.firstMoment.set(first.dataSync());
  trained.secondMoment.set(second.dataSync());
}

/**
 * θ ← θ − rate ∇_θ loss, by Adam; the loss before it.
 *
 * @param rate as `adamRate` gives it
 */
export function descend(
  tf: TensorFlow,
  network: readonly TrainedTensor[],
  lossOf: (tensors: Tensors) => Scalar,
  rate: number,
  adam: LearnerConfig["adam"],
): number {
  const named = (tensors: readonly Tensor[]) =>
    new Map(network.map(({ name }, i) => [name, tensors[i] as Tensor]));
  const before = network.map((trained) => tensorOf(tf, trained));
  const loss = (...tensors: Tensor[]) => lossOf(named(tensors));
  const { value, grads } = tf.valueAndGrads(loss)(before);
  for (const [i, trained] of network.entries()) {
    step(tf, trained, before[i] as Tensor, grads[i] as Tensor, rate, adam);
  }
  return value.dataSync()[0] as number;
}
