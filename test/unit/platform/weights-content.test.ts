import { deflateRawSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRandom } from "../../../core/random.ts";
import { encodeTensors } from "../../../core/weights/safetensors.ts";
import type { Weights } from "../../../core/weights/tensor.ts";
import { decodeContent, encodeContent } from "../../../platform/weights-content.ts";

const one = (values: Iterable<number>, shape?: readonly number[]): Weights => {
  const data = Float32Array.from(values);
  return new Map([["w", { shape: shape ?? [data.length], data }]]);
};

const valuesOf = (weights: Weights) => [...(weights.get("w")?.data ?? [])];

/** A change as training makes it: bell-shaped, small beside the weights. */
function trained(count: number): { base: Weights; weights: Weights } {
  const random = createRandom(3, 1);
  const bell = () => Array.from({ length: 12 }, () => random.uniform()).reduce((a, b) => a + b) - 6;
  const start = Array.from({ length: count }, bell);
  const changed = start.map((value) => value + 0.01 * bell());
  return { base: one(start), weights: one(changed) };
}

describe("weights on their way", () => {
  it("arrive exactly as float32", () => {
    const { weights } = trained(100);
    expect(decodeContent("float32", encodeContent("float32", weights))).toEqual(weights);
  });

  it("arrive as float16 in half the bytes, to 11 bits", () => {
    const { weights } = trained(10_000);
    const content = encodeContent("float16", weights);
    expect(content.length).toBeLessThan(20_200);
    const back = valuesOf(decodeContent("float16", content));
    for (const [i, value] of valuesOf(weights).entries()) {
      expect(Math.abs((back[i] as number) - value)).toBeLessThanOrEqual(
        Math.max(Math.abs(value) / 2048, 2 ** -25),
      );
    }
  });

  it("arrive as int8 steps from their base in less than a seventh of the bytes", () => {
    const { base, weights } = trained(50_000);
    const content = encodeContent("int8-delta", weights, base);
    expect(content.length).toBeLessThanOrEqual(encodeContent("float32", weights).length / 7);
    const back = valuesOf(decodeContent("int8-delta", content, base));
    const step = 0.005;
    for (const [i, value] of valuesOf(weights).entries()) {
      expect(Math.abs((back[i] as number) - value)).toBeLessThanOrEqual(0.51 * step);
    }
  });

  it("are their base where nothing changed", () => {
    const { base } = trained(10);
    expect(decodeContent("int8-delta", encodeContent("int8-delta", base, base), base)).toEqual(
      base,
    );
  });

  it("come to the same bits at both ends, whatever changed", () => {
    const values = fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), {
      minLength: 8,
      maxLength: 8,
    });
    fc.assert(
      fc.property(values, values, (a, b) => {
        const content = encodeContent("int8-delta", one(a), one(b));
        const [here, there] = [1, 2].map(() => decodeContent("int8-delta", content, one(b)));
        expect(here).toEqual(there);
      }),
    );
  });

  it("are refused when they are of another encoding, another network, or without a base", () => {
    const { base, weights } = trained(10);
    const float32 = encodeContent("float32", weights);
    const delta = encodeContent("int8-delta", weights, base);
    expect(() => decodeContent("float16", float32)).toThrow(/dtype F16/);
    expect(() => decodeContent("float32", encodeContent("float16", weights))).toThrow(/dtype F32/);
    expect(() => decodeContent("int8-delta", float32, base)).toThrow(/deflated/);
    expect(() => decodeContent("int8-delta", deflateRawSync(float32), base)).toThrow(/dtype I8/);
    expect(() => decodeContent("int8-delta", delta, one([1, 2]))).toThrow(/tensor w\[10\]/);
    expect(() => decodeContent("int8-delta", delta)).toThrow(/starts from/);
    expect(() => encodeContent("int8-delta", weights)).toThrow(/starts from/);
  });

  it("are refused when their step is missing or they inflate without end", () => {
    const { base } = trained(10);
    const bytes = new Uint8Array(10);
    const stepless = encodeTensors(new Map([["w", { dtype: "I8", shape: [10], bytes }]]));
    expect(() => decodeContent("int8-delta", deflateRawSync(stepless), base)).toThrow(/the step/);
    const bomb = deflateRawSync(new Uint8Array(1 << 23));
    expect(bomb.length).toBeLessThan(10_000);
    expect(() => decodeContent("int8-delta", bomb, base)).toThrow(/base's size/);
  });
});
