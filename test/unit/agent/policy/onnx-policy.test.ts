import { afterEach, describe, expect, it } from "vitest";
import { loadOnnxPolicy } from "../../../../agent/policy/onnx-policy.ts";
import type { OnnxPolicy } from "../../../../agent/policy/onnx-session.ts";
import { affineModel } from "../../../fixtures/affine-model.ts";

const shape = { name: "test.onnx", observationLength: 6, actionLength: 6 };
const sixes = [6, 6, 6, 6, 6, 6];
const opened: OnnxPolicy[] = [];

async function open(bytes: Uint8Array): Promise<OnnxPolicy> {
  const policy = await loadOnnxPolicy(bytes, shape);
  opened.push(policy);
  return policy;
}

afterEach(async () => {
  for (const policy of opened.splice(0)) await policy.release();
});

describe("an ONNX policy", () => {
  it("gives the allocation the file computes from the observation", async () => {
    const policy = await open(affineModel({ bias: [4, 8, 6, 7, 7, 4], slope: 0.5 }));
    const action = await policy.decide(Float64Array.of(1, 2, 3, 0, 0, 0));
    expect(Array.from(action)).toEqual([7, 11, 9, 10, 10, 7]);
    const next = await policy.decide(new Float64Array(6));
    expect(Array.from(next)).toEqual([4, 8, 6, 7, 7, 4]);
  });

  it("decides alike from a file that begins inside a larger buffer", async () => {
    const bytes = affineModel({ bias: sixes });
    const shifted = new Uint8Array(bytes.length + 64);
    shifted.set(bytes, 64);
    const policy = await open(shifted.subarray(64));
    expect(Array.from(await policy.decide(new Float64Array(6)))).toEqual(sixes);
  });

  it("is refused when a slot has no time for its inference", async () => {
    const options = { ...shape, inferenceLimitMs: 1e-9 };
    await expect(loadOnnxPolicy(affineModel({ bias: sixes }), options)).rejects.toThrow(
      /inferences of [\d.]+ ms where a slot leaves 1e-9 ms/,
    );
  });

  it.each([
    [
      "random bytes",
      Uint8Array.from({ length: 400 }, (_, i) => (i * 37) % 251),
      /cannot load|ONNX model/,
    ],
    ["a file cut short", affineModel({ bias: sixes }).subarray(0, 120), /cannot load|ONNX model/],
    ["an empty file", new Uint8Array(0), /cannot load|ONNX model/],
    ["another input name", affineModel({ bias: sixes, inputName: "state" }), /state/],
    ["another output name", affineModel({ bias: sixes, outputName: "q" }), /named allocation/],
    [
      "another observation length",
      affineModel({ bias: sixes, observationLength: 8 }),
      /observation is float32 \[N, 8\]/,
    ],
    [
      "another action length",
      affineModel({ bias: [9, 9, 9, 9] }),
      /allocation is float32 \[N, 4\]/,
    ],
    [
      "weights that are not numbers",
      affineModel({ bias: sixes, slope: Number.NaN }),
      /weights weights with NaN/,
    ],
    [
      "another system's name",
      affineModel({ bias: sixes, metadata: { "slotwise.system": "energy" } }),
      /energy/,
    ],
    [
      "another format",
      affineModel({ bias: sixes, metadata: { "slotwise.format": "2" } }),
      /format = 2/,
    ],
    ["weights that overflow", affineModel({ bias: sixes, slope: 3e38 }), /Infinity/],
  ])("is refused with the reason when the file has %s", async (_, bytes, reason) => {
    await expect(open(bytes)).rejects.toMatchObject({
      code: "MODEL_REFUSED",
      message: expect.stringMatching(reason),
    });
  });
});
