import { type InferenceSession, Tensor } from "onnxruntime-node";
import { allocationOutput, observationInput, valueOutput } from "./policy-signature.ts";

/**
 * Observations a model must answer with finite numbers before it may decide anything: nothing asked
 * for, every entry alone, and all entries together, from single units to 10^12 (cycles of a busy
 * slot), [probes][length].
 */
function probeObservations(length: number): Float32Array[] {
  const probes = [new Float32Array(length)];
  for (let exponent = 0; exponent <= 12; exponent += 3) {
    const value = 10 ** exponent;
    probes.push(new Float32Array(length).fill(value));
    for (let entry = 0; entry < length; entry++) {
      const alone = new Float32Array(length);
      alone[entry] = value;
      probes.push(alone);
    }
  }
  return probes;
}

function batches(session: InferenceSession, length: number): Tensor[] {
  const probes = probeObservations(length);
  const [input] = session.inputMetadata;
  const single = input?.isTensor === true && input.shape[0] === 1;
  if (single) return probes.map((probe) => new Tensor(probe, [1, length]));
  const all = new Float32Array(probes.length * length);
  for (const [row, probe] of probes.entries()) all.set(probe, row * length);
  return [new Tensor(all, [probes.length, length])];
}

/** What a model answers to a probe that it must not; undefined when every answer is a number. */
export async function probeFault(
  session: InferenceSession,
  observationLength: number,
): Promise<string | undefined> {
  const names = [allocationOutput, valueOutput].filter((name) =>
    session.outputNames.includes(name),
  );
  for (const batch of batches(session, observationLength)) {
    const answers = await session.run({ [observationInput]: batch }, names);
    for (const name of names) {
      const data = answers[name]?.data as Float32Array;
      const at = data.findIndex((value) => !Number.isFinite(value));
      if (at >= 0) return `${name} = ${data[at]} for a probed observation`;
    }
  }
  return undefined;
}
