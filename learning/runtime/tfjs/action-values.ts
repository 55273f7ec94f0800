import type { Tensor, Tensor1D } from "@tensorflow/tfjs";
import type { GeneratorSpec } from "../../networks/generator.ts";
import type { Generated } from "./networks.ts";
import type { TensorFlow } from "./tensorflow.ts";

/** (10): Q(o, a) of the actions with the given entries, int32 [rows, k] → [rows, 1]. */
export function actionValues(
  tf: TensorFlow,
  { head }: GeneratorSpec,
  { particles, advantages }: Generated,
  entries: Tensor,
): Tensor {
  const picked = tf.sum(tf.oneHot(entries, head.outputs), 1);
  const raw = tf.sum(tf.mul(advantages, tf.cast(picked, "float32")), 1, true);
  if (particles === undefined) return raw;
  const weights = tf.tensor2d([...head.meanWeights], [head.outputs, 1]);
  const centred = tf.sub(raw, tf.matMul(advantages, weights));
  return tf.add(tf.mean(particles, 1, true), centred);
}

/**
 * Entries of the best action of every row by trying them all: [rows, outputs] → int32 [rows, k].
 *
 * @param table entries of every action, [actions · k]
 */
export function bestEntries(
  tf: TensorFlow,
  table: Int32Array,
  k: number,
  advantages: Tensor,
): Tensor {
  const [rows] = advantages.shape as [number];
  const each = tf.gather(advantages, tf.tensor1d(table, "int32"), 1);
  const sums = tf.sum(tf.reshape(each, [rows, table.length / k, k]), 2);
  const best = tf.argMax(sums, 1) as Tensor1D;
  return tf.gather(tf.tensor2d(table, [table.length / k, k], "int32"), best);
}
