import type { InferenceSession } from "onnxruntime-node";

/** Names of the tensors of a policy file, format 1: raw units in, blocks out. */
export const observationInput = "observation";
export const allocationOutput = "allocation";
/** Q of the chosen action, [N]; a file may leave it out. */
export const valueOutput = "value";

export interface PolicyShape {
  /** Length of an observation: the file's `observation` is float32 [N, observationLength]. */
  readonly observationLength: number;
  /** Length of an action: the file's `allocation` is float32 [N, actionLength]. */
  readonly actionLength: number;
}

function tensorFault(
  metadata: readonly InferenceSession.ValueMetadata[],
  name: string,
  length: number,
): string | undefined {
  const found = metadata.find((value) => value.name === name);
  if (found === undefined) return `no tensor named ${name}`;
  if (!found.isTensor) return `${name} is not a tensor`;
  const [batch, width] = found.shape;
  const free = typeof batch === "string" || batch === 1;
  if (found.type === "float32" && found.shape.length === 2 && width === length && free) return;
  return `${name} is ${found.type} [${found.shape.join(", ")}], not float32 [N, ${length}]`;
}

/** What of a session's inputs and outputs is not as a policy's must be; undefined when all is. */
export function signatureFault(session: InferenceSession, shape: PolicyShape): string | undefined {
  const others = session.inputNames.filter((name) => name !== observationInput);
  if (others.length > 0) return `more inputs than ${observationInput}: ${others.join(", ")}`;
  return (
    tensorFault(session.inputMetadata, observationInput, shape.observationLength) ??
    tensorFault(session.outputMetadata, allocationOutput, shape.actionLength)
  );
}
