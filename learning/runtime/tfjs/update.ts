import type { Scalar, Tensor } from "@tensorflow/tfjs";
import type { StepOptions } from "../../algorithms/training-step.ts";
import { actionValues, bestEntries } from "./action-values.ts";
import { descend, type TrainedTensor } from "./descent.ts";
import { generate, type Tensors } from "./networks.ts";
import type { TensorFlow } from "./tensorflow.ts";

/** Transitions and chance of one minibatch, [rows, ...]. */
export interface Minibatch {
  readonly observation: Tensor;
  readonly entries: Tensor;
  readonly reward: Tensor;
  readonly nextObservation: Tensor;
  readonly noise: Tensor;
  readonly mixing: Tensor;
}

/** What the update of one agent works on. */
export interface Update {
  readonly tf: TensorFlow;
  readonly options: Pick<StepOptions, "spec" | "config">;
  /** Entries of every action. */
  readonly actions: Int32Array;
  readonly generator: readonly TrainedTensor[];
  /** Empty without one. */
  readonly discriminator: readonly TrainedTensor[];
  readonly online: Tensors;
  readonly target: Tensors;
  readonly minibatches: readonly Minibatch[];
  /** Step sizes: the discriminator's, then the generator's. */
  readonly rates: readonly number[];
}

export type Metrics = Readonly<Record<string, number>>;

/** (11): r + γ Q̂(o′, a*), a* by the online network, or by the target network itself in DQL. */
function temporalDifferenceTarget(update: Update, batch: Minibatch): Tensor {
  const { tf, options, online, target } = update;
  const { spec, config } = options;
  if (config.discount === 0) return batch.reward;
  const next = generate(tf, spec, target, batch.nextObservation, batch.noise);
  const chooser =
    config.algorithm === "dql"
      ? next
      : generate(tf, spec, online, batch.nextObservation, batch.noise);
  const best = bestEntries(tf, update.actions, spec.head.entriesPerAction, chooser.advantages);
  return tf.add(batch.reward, tf.mul(actionValues(tf, spec, next, best), config.discount));
}

/**
 * The generator's step on E[½ξ²] of the last minibatch, plus what `regularise` makes of its
 * particles.
 */
export function descendGenerator(
  update: Update,
  regularise?: (particles: Tensor) => Tensor,
): Metrics {
  const { tf, options, generator, minibatches, rates } = update;
  const { spec, config } = options;
  const batch = minibatches.at(-1) as Minibatch;
  const wanted = temporalDifferenceTarget(update, batch);
  let [tdLoss, meanValue] = [0, 0];
  const lossOf = (tensors: Tensors) => {
    const generated = generate(tf, spec, tensors, batch.observation, batch.noise);
    const values = actionValues(tf, spec, generated, batch.entries);
    const loss = tf.mul(tf.mean(tf.square(tf.sub(values, wanted))), 0.5) as Scalar;
    [tdLoss, meanValue] = [scalar(loss), scalar(tf.mean(values))];
    if (regularise === undefined) return loss;
    return tf.add(loss, regularise(generated.particles as Tensor)) as Scalar;
  };
  const generatorLoss = descend(tf, generator, lossOf, rates.at(-1) as number, config.adam);
  const targetRms = Math.sqrt(scalar(tf.mean(tf.square(wanted))));
  return { tdLoss, meanValue, generatorLoss, targetRms };
}

function scalar(x: Tensor): number {
  return x.dataSync()[0] as number;
}
