import type { Tensor } from "@tensorflow/tfjs";
import type { GeneratorSpec } from "../../networks/generator.ts";
import type { TensorFlow } from "./tensorflow.ts";

/** A network's tensors by name. */
export type Tensors = ReadonlyMap<string, Tensor>;

function dense(tf: TensorFlow, tensors: Tensors, name: string, x: Tensor): Tensor {
  const weight = tensors.get(`${name}.weight`) as Tensor;
  return tf.add(tf.matMul(x, weight), tensors.get(`${name}.bias`) as Tensor);
}

function hidden(tf: TensorFlow, tensors: Tensors, name: string, x: Tensor): Tensor {
  return tf.relu(dense(tf, tensors, name, x));
}

export interface Generated {
  /** {G^V}, [rows, particles]; undefined without a value branch. */
  readonly particles: Tensor | undefined;
  /** Raw advantages, [rows, outputs]. */
  readonly advantages: Tensor;
}

/** G(o, τ) of observations in raw units, [rows, observation size], and noise [rows, noiseDimension]. */
export function generate(
  tf: TensorFlow,
  spec: GeneratorSpec,
  generator: Tensors,
  observation: Tensor,
  noise: Tensor,
): Generated {
  const scaled = tf.mul(observation, tf.tensor1d([...spec.observationScale]));
  const state = hidden(tf, generator, "generator.state", scaled);
  const mixed =
    spec.noiseDimension > 0
      ? tf.mul(state, hidden(tf, generator, "generator.noise", noise))
      : state;
  const shared = hidden(tf, generator, "generator.hidden", mixed);
  const branch = (name: string) =>
    dense(
      tf,
      generator,
      `generator.${name}.output`,
      hidden(tf, generator, `generator.${name}.hidden`, shared),
    );
  return {
    particles: spec.particles > 0 ? branch("value") : undefined,
    advantages: branch("advantage"),
  };
}

/** D of particles [rows, N], [rows, 1]. */
export function score(tf: TensorFlow, discriminator: Tensors, particles: Tensor): Tensor {
  const first = hidden(tf, discriminator, "discriminator.first", particles);
  const second = hidden(tf, discriminator, "discriminator.second", first);
  return dense(tf, discriminator, "discriminator.output", second);
}
