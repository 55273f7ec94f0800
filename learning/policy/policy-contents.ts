import type { Weights } from "../../core/weights/tensor.ts";
import { type LearnerConfig, learnerConfigSchema } from "../algorithms/learner-config.ts";
import { type ModelFile, modelRefused, readModel, type Signature } from "../graph/onnx-reader.ts";
import { opsetVersion } from "../graph/onnx-writer.ts";
import { onnxElementType } from "../graph/operations.ts";
import { anyRows, sameShape } from "../graph/shape.ts";
import { generatorLayout, generatorSpec } from "../networks/generator.ts";
import { checkWeights } from "../networks/parameters.ts";
import type { Problem } from "../problem.ts";
import { policyFormat, type TrainingRecord } from "./export-policy.ts";

/** What every policy file holds, once it passed every check that needs no run. */
export interface PolicyContents {
  readonly learner: LearnerConfig;
  readonly training: TrainingRecord;
  /** The generator's parameters: a learner can start from them. */
  readonly weights: Weights;
}

/** A value of metadata_props as its schema reads it. */
export function metadataOf<T>(
  file: ModelFile,
  key: string,
  schema: { parse(value: unknown): T },
): T {
  try {
    return schema.parse(JSON.parse(file.metadata.get(key) ?? "null"));
  } catch (cause) {
    throw modelRefused(`a valid ${key} in metadata_props`, String(cause), cause);
  }
}

const anything = { parse: (value: unknown) => (value ?? {}) as TrainingRecord };

function describe(signatures: readonly Signature[]): string {
  return signatures
    .map(({ name, elementType, shape }) => `${name}:${elementType}[${shape}]`)
    .join(" ");
}

function checkSignature(file: ModelFile, { signature, observationScale, head }: Problem): void {
  const float = onnxElementType.float32;
  const tensor = (name: string, shape: readonly number[]) => ({ name, elementType: float, shape });
  const action = head.actionSize === 1 ? [anyRows] : [anyRows, head.actionSize];
  const expected = [
    [tensor(signature.observation, [anyRows, observationScale.length])],
    [tensor(signature.action, action), tensor("value", [anyRows])],
  ] as const;
  const received = [file.inputs, file.outputs] as const;
  for (const [side, signatures] of expected.entries()) {
    const found = received[side] ?? [];
    const same =
      found.length === signatures.length &&
      signatures.every(({ name, elementType, shape }, i) => {
        const other = found[i];
        return (
          other?.name === name && other.elementType === elementType && sameShape(other.shape, shape)
        );
      });
    if (!same) throw modelRefused(describe(signatures), describe(found) || "nothing");
  }
}

function checkVersions(file: ModelFile, expectedSystem: Problem["system"]): void {
  const format = file.metadata.get("slotwise.format");
  const system = file.metadata.get("slotwise.system");
  if (format !== policyFormat || system !== expectedSystem) {
    throw modelRefused(
      `metadata_props slotwise.format ${policyFormat}, slotwise.system ${expectedSystem}`,
      `${format}, ${system}`,
    );
  }
  const opset = file.opsets.get("");
  const foreign = [...file.operators].find((name) => name.includes("."));
  if (opset !== opsetVersion || foreign !== undefined) {
    throw modelRefused(`standard operators of opset ${opsetVersion}`, foreign ?? `opset ${opset}`);
  }
}

/**
 * Reads and checks a policy file of a system: format, system, operator set, signature against the
 * problem that its metadata describe, and the generator's weights, which must be complete and finite.
 *
 * @param problemOf the problem that the file describes
 * @throws SlotwiseError MODEL_REFUSED with the first fault
 */
export function readPolicyContents(
  bytes: Uint8Array,
  system: Problem["system"],
  problemOf: (file: ModelFile, learner: LearnerConfig) => Problem,
): PolicyContents & { readonly file: ModelFile } {
  const file = readModel(bytes);
  checkVersions(file, system);
  const learner = metadataOf(file, "slotwise.learner", learnerConfigSchema);
  const problem = problemOf(file, learner);
  checkSignature(file, problem);
  const layout = generatorLayout(generatorSpec(problem, learner));
  const weights = new Map([...file.initializers].filter(([name]) => name.startsWith("generator.")));
  try {
    checkWeights(layout, weights);
  } catch (cause) {
    throw modelRefused("finite generator weights as slotwise.learner says", String(cause), cause);
  }
  return { file, learner, training: metadataOf(file, "slotwise.training", anything), weights };
}
