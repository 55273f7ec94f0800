import { type SlicingScenario, slicingScenarioSchema } from "../../core/slicing/scenario.ts";
import type { Weights } from "../../core/weights/tensor.ts";
import { type LearnerConfig, learnerConfigSchema } from "../algorithms/learner-config.ts";
import { type ModelFile, modelRefused, readModel, type Signature } from "../graph/onnx-reader.ts";
import { opsetVersion } from "../graph/onnx-writer.ts";
import { onnxElementType } from "../graph/operations.ts";
import { anyRows, sameShape } from "../graph/shape.ts";
import { generatorLayout, generatorSpec } from "../networks/generator.ts";
import { flatOf } from "../networks/parameters.ts";
import { policyFormat, type TrainingRecord } from "./export-policy.ts";

/** A policy file that passed every check that needs no run. */
export interface PolicyFile {
  readonly system: "slicing";
  readonly scenario: SlicingScenario;
  readonly learner: LearnerConfig;
  readonly training: TrainingRecord;
  /** The generator's parameters: a learner can start from them. */
  readonly weights: Weights;
}

function parsed<T>(file: ModelFile, key: string, schema: { parse(value: unknown): T }): T {
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

function checkSignature(file: ModelFile, scenario: SlicingScenario): void {
  const size = 2 * scenario.slices.length;
  const float = onnxElementType.float32;
  const tensor = (name: string, shape: readonly number[]) => ({ name, elementType: float, shape });
  const expected = [
    [tensor("observation", [anyRows, size])],
    [tensor("allocation", [anyRows, size]), tensor("value", [anyRows])],
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

function checkVersions(file: ModelFile): void {
  const format = file.metadata.get("slotwise.format");
  const system = file.metadata.get("slotwise.system");
  if (format !== policyFormat || system !== "slicing") {
    throw modelRefused(
      `metadata_props slotwise.format ${policyFormat}, slotwise.system slicing`,
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
 * Reads and checks a policy file: format, system, operator set, signature against the scenario, and
 * the generator's weights, which must be complete and finite.
 *
 * @throws SlotwiseError MODEL_REFUSED with the first fault
 */
export function readPolicyFile(bytes: Uint8Array): PolicyFile {
  const file = readModel(bytes);
  checkVersions(file);
  const scenario = parsed(file, "slotwise.scenario", slicingScenarioSchema);
  const learner = parsed(file, "slotwise.learner", learnerConfigSchema);
  checkSignature(file, scenario);
  const layout = generatorLayout(generatorSpec(scenario, learner));
  const weights = new Map([...file.initializers].filter(([name]) => name.startsWith("generator.")));
  try {
    flatOf(layout, weights);
  } catch (cause) {
    throw modelRefused("finite generator weights as slotwise.learner says", String(cause), cause);
  }
  const training = parsed(file, "slotwise.training", anything);
  return { system: "slicing", scenario, learner, training, weights };
}
