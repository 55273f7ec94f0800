import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SlotwiseError } from "../../../../core/errors.ts";
import { decodeSafetensors, encodeSafetensors } from "../../../../core/weights/safetensors.ts";
import type { Weights } from "../../../../core/weights/tensor.ts";

const arbitraryWeights: fc.Arbitrary<Weights> = fc
  .dictionary(fc.string({ maxLength: 12 }), fc.array(fc.nat({ max: 4 }), { maxLength: 3 }), {
    maxKeys: 5,
  })
  .map((shapes) => {
    const entries = Object.entries(shapes).filter(([name]) => name !== "__metadata__");
    return new Map(
      entries.map(([name, shape], n) => {
        const length = shape.reduce((a, b) => a * b, 1);
        return [name, { shape, data: Float32Array.from({ length }, (_, i) => n + i / 8) }];
      }),
    );
  });

function file(header: unknown, dataBytes: number): Uint8Array {
  const text = new TextEncoder().encode(
    typeof header === "string" ? header : JSON.stringify(header),
  );
  const bytes = new Uint8Array(8 + text.length + dataBytes);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  return bytes;
}

const tensor = (shape: number[], begin: number, end: number, dtype = "F32") => ({
  dtype,
  shape,
  data_offsets: [begin, end],
});

function outcomeOf(bytes: Uint8Array): string {
  try {
    decodeSafetensors(bytes);
    return "decoded";
  } catch (error) {
    return error instanceof SlotwiseError ? error.code : String(error);
  }
}

describe("safetensors", () => {
  it("gives back the weights and the text that were encoded", () => {
    fc.assert(
      fc.property(
        arbitraryWeights,
        fc.dictionary(fc.string(), fc.string()),
        (weights, metadata) => {
          const decoded = decodeSafetensors(encodeSafetensors(weights, metadata));
          expect(new Map(decoded.weights)).toEqual(new Map(weights));
          expect(Object.entries(decoded.metadata)).toEqual(Object.entries(metadata));
        },
      ),
    );
  });

  it("writes the bytes of the published format", () => {
    const bytes = encodeSafetensors(new Map([["w", { shape: [2], data: Float32Array.of(1, -2) }]]));
    const header = '{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}';
    const expected = Buffer.concat([
      Buffer.from([56, 0, 0, 0, 0, 0, 0, 0]),
      Buffer.from(header.padEnd(56)),
      Buffer.from([0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0]),
    ]);
    expect(Buffer.from(bytes)).toEqual(expected);
  });

  it("decodes from the middle of a larger buffer", () => {
    const bytes = encodeSafetensors(new Map([["w", { shape: [1], data: Float32Array.of(3) }]]));
    const within = new Uint8Array(bytes.length + 3);
    within.set(bytes, 3);
    expect(decodeSafetensors(within.subarray(3)).weights.get("w")?.data[0]).toBe(3);
    const received = Buffer.from(within.buffer, 3);
    expect(decodeSafetensors(received).weights.get("w")?.data[0]).toBe(3);
  });

  it.each([
    ["is shorter than a header length", new Uint8Array(7)],
    ["declares a header beyond its end", file("{}", 0).fill(255, 0, 8)],
    ["has a header that is not JSON", file("{oops}", 0)],
    ["has a header that is not an object", file("[]", 0)],
    ["leaves a gap", file({ a: tensor([1], 0, 4), b: tensor([1], 8, 12) }, 12)],
    ["overlaps", file({ a: tensor([2], 0, 8), b: tensor([1], 4, 8) }, 8)],
    ["does not begin at zero", file({ a: tensor([1], 4, 8) }, 8)],
    ["has bytes left over", file({ a: tensor([1], 0, 4) }, 5)],
    ["is truncated", file({ a: tensor([2], 0, 8) }, 4)],
    ["is of another type", file({ a: tensor([1], 0, 4, "I32") }, 4)],
    ["has offsets that do not fit the shape", file({ a: tensor([3], 0, 4) }, 4)],
    ["has a negative size", file({ a: tensor([-1], 0, 4) }, 4)],
    ["has a fractional offset", file({ a: tensor([1], 0.5, 4.5) }, 5)],
    ["has no offsets", file({ a: { dtype: "F32", shape: [0] } }, 0)],
    ["has metadata that is not text", file({ __metadata__: { round: 3 } }, 0)],
  ])("refuses a file that %s", (_, bytes) => {
    expect(outcomeOf(bytes)).toBe("WEIGHTS_INVALID");
  });

  it("answers any bytes with weights or WEIGHTS_INVALID", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(["decoded", "WEIGHTS_INVALID"]).toContain(outcomeOf(bytes));
      }),
    );
  });

  it("answers any damage to a valid file with weights or WEIGHTS_INVALID", () => {
    const valid = encodeSafetensors(
      new Map([
        ["a", { shape: [2, 2], data: new Float32Array(4) }],
        ["b", { shape: [3], data: new Float32Array(3) }],
      ]),
    );
    fc.assert(
      fc.property(
        fc.nat({ max: valid.length - 1 }),
        fc.integer({ min: 0, max: 255 }),
        (at, byte) => {
          const damaged = valid.slice();
          damaged[at] = byte;
          expect(["decoded", "WEIGHTS_INVALID"]).toContain(outcomeOf(damaged));
        },
      ),
      { numRuns: 500 },
    );
  });
});
