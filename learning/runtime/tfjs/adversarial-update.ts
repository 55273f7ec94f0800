import type { Scalar, Tensor } from "@tensorflow/tfjs";
import { descend, tensorOf } from "./descent.ts";
import { generate, score, type Tensors } from "./networks.ts";
import { descendGenerator, type Metrics, type Minibatch, type Update } from "./update.ts";

/** Keeps the slope of the norm finite where a gradient vanishes. */
const normFloor = 1e-12;

/** (15), by the gradient of a gradient: of relu, matMul, add, mul, sum, square, sqrt and mean only. */
function gradientPenalty({ tf, options }: Update, discriminator: Tensors, between: Tensor): Tensor {
  const slopes = tf.grad((x) => tf.sum(score(tf, discriminator, x)))(between);
  const norms = tf.sqrt(tf.add(tf.sum(tf.square(slopes), 1), normFloor));
  const { gradientPenalty } = options.config;
  return tf.mul(tf.mean(tf.square(tf.sub(norms, 1))), gradientPenalty / 2);
}

/** A step of the discriminator on (14); its loss. */
function descendDiscriminator(update: Update, batch: Minibatch, rate: number): number {
  const { tf, options, online, target } = update;
  const { spec, config } = options;
  const particlesOf = (network: Tensors, observation: Tensor) =>
    generate(tf, spec, network, observation, batch.noise).particles as Tensor;
  const generated = particlesOf(online, batch.observation);
  const bootstrapped = particlesOf(target, batch.nextObservation);
  const real = tf.add(tf.mul(bootstrapped, config.discount), batch.reward);
  const between = tf.add(tf.mul(batch.mixing, real), tf.mul(tf.sub(1, batch.mixing), generated));
  const lossOf = (discriminator: Tensors) => {
    const distance = tf.sub(
      tf.mean(score(tf, discriminator, generated)),
      tf.mean(score(tf, discriminator, real)),
    );
    return tf.add(distance, gradientPenalty(update, discriminator, between)) as Scalar;
  };
  return descend(tf, update.discriminator, lossOf, rate, config.adam);
}

/** The particles that (12) scores, their mean held fixed where only their spread is to move. */
function scored({ tf, options }: Update, particles: Tensor): Tensor {
  if (options.config.adversarialReach === "particles") return particles;
  const centre = tf.mean(particles, 1, true);
  const fixed = tf.tensor(centre.dataSync().slice(), centre.shape);
  return tf.add(tf.sub(particles, centre), fixed);
}

/** D3QN-GAN: every critic step on its own minibatch, then the generator's on the last. */
export function adversarialUpdate(update: Update): Metrics {
  const { tf, options, minibatches, rates } = update;
  let discriminatorLoss = 0;
  for (const [i, batch] of minibatches.slice(0, -1).entries()) {
    discriminatorLoss = descendDiscriminator(update, batch, rates[i] as number);
  }
  const discriminator = new Map(
    update.discriminator.map((trained) => [trained.name, tensorOf(tf, trained)]),
  );
  const metrics = descendGenerator(update, (particles) =>
    tf.mul(
      tf.mean(score(tf, discriminator, scored(update, particles))),
      -options.config.adversarialWeight,
    ),
  );
  return { ...metrics, discriminatorLoss };
}
