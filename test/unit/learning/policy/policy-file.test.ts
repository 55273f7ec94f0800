import { describe, expect, it } from "vitest";
import { createRandom } from "../../../../core/random.ts";
import { modelProto } from "../../../../learning/graph/onnx-schema.ts";
import { generatorLayout, generatorSpec } from "../../../../learning/networks/generator.ts";
import { drawParameters } from "../../../../learning/networks/parameters.ts";
import { exportPolicy } from "../../../../learning/policy/export-policy.ts";
import { readPolicyFile } from "../../../../learning/policy/policy-file.ts";
import { smallConfig, smallProblem, smallScenario } from "../small.ts";

const config = smallConfig();
const problem = smallProblem(config);
const layout = generatorLayout(generatorSpec(problem, config));
const weights = drawParameters(layout, createRandom(1));
const bytes = exportPolicy(problem, config, weights, { command: "slotwise train", seed: 1 });

interface Editable {
  metadataProps: { key: string; value: string }[];
  opsetImport: { domain: string; version: number }[];
  graph: {
    node: { domain: string }[];
    initializer: { name: string; rawData: Uint8Array }[];
    input: { name: string }[];
    output: { name: string }[];
  };
}

function edited(change: (model: Editable) => void): Uint8Array {
  const options = { longs: Number, defaults: true };
  const model = modelProto.toObject(modelProto.decode(bytes), options) as unknown as Editable;
  change(model);
  return modelProto.encode(model).finish();
}

const setMetadata = (key: string, value: string) =>
  edited((model) => {
    for (const entry of model.metadataProps) if (entry.key === key) entry.value = value;
  });

describe("policy files", () => {
  it("give back scenario, learner, training record and weights", () => {
    const file = readPolicyFile(bytes);
    expect(file.scenario).toEqual(smallScenario);
    expect(file.learner).toEqual(config);
    expect(file.training).toEqual({ command: "slotwise train", seed: 1 });
    expect(new Map(file.weights)).toEqual(weights);
  });

  it.each<[string, RegExp, () => Uint8Array]>([
    ["another format", /format 1/, () => setMetadata("slotwise.format", "2")],
    ["another system", /system slicing/, () => setMetadata("slotwise.system", "energy")],
    ["a broken scenario", /slotwise.scenario/, () => setMetadata("slotwise.scenario", "{")],
    ["an unknown learner", /slotwise.learner/, () => setMetadata("slotwise.learner", '{"x":1}')],
    [
      "a learner that the weights do not fit",
      /generator weights/,
      () => setMetadata("slotwise.learner", JSON.stringify({ ...config, width: 6 })),
    ],
    [
      "weights that are not finite",
      /not finite in generator.state.bias/,
      () =>
        edited(({ graph }) => {
          const bias = graph.initializer.find(({ name }) => name === "generator.state.bias");
          bias?.rawData.fill(0xff);
        }),
    ],
    [
      "another output",
      /value:1/,
      () => edited(({ graph }) => Object.assign(graph.output[1] ?? {}, { name: "q" })),
    ],
    [
      "a further input",
      /observation:1/,
      () => edited(({ graph }) => graph.input.push({ name: "more" })),
    ],
    [
      "an operator of another domain",
      /evil/,
      () => edited(({ graph }) => Object.assign(graph.node[0] ?? {}, { domain: "evil" })),
    ],
    [
      "another operator set",
      /opset 99/,
      () => edited((model) => Object.assign(model.opsetImport[0] ?? {}, { version: 99 })),
    ],
    ["missing bytes", /ONNX model/, () => bytes.subarray(0, bytes.length - 9)],
  ])("are refused with %s", (_name, reason, spoil) => {
    const read = () => readPolicyFile(spoil());
    expect(read).toThrow(expect.objectContaining({ code: "MODEL_REFUSED" }));
    expect(read).toThrow(reason);
  });
});
