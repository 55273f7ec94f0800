import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { inverse, multiply } from "../../../../core/secure-aggregation/galois-field.ts";
import { joinShares, type Share, splitSecret } from "../../../../core/secure-aggregation/shamir.ts";

const byte = fc.integer({ min: 0, max: 255 });
const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });

/** Takes its bytes from a list, so that a test can know them. */
const given = (list: readonly Uint8Array[]) => {
  let next = 0;
  return () => list[next++] as Uint8Array;
};

describe("GF(2⁸)", () => {
  it("multiplies as in FIPS 197, § 4.2", () => {
    expect(multiply(0x57, 0x83)).toBe(0xc1);
    expect(multiply(0x57, 0x13)).toBe(0xfe);
    expect(multiply(0xff, 0)).toBe(0);
  });

  it("is a field", () => {
    for (let a = 1; a < 256; a++) expect(multiply(a, inverse(a))).toBe(1);
    fc.assert(
      fc.property(byte, byte, byte, (a, b, c) => {
        expect(multiply(a, b)).toBe(multiply(b, a));
        expect(multiply(a, b ^ c)).toBe(multiply(a, b) ^ multiply(a, c));
        expect(multiply(multiply(a, b), c)).toBe(multiply(a, multiply(b, c)));
      }),
    );
  });
});

describe("a shared secret", () => {
  const sharing = fc
    .record({ count: fc.integer({ min: 1, max: 12 }), secret: bytes(8) })
    .chain(({ count, secret }) =>
      fc.record({
        secret: fc.constant(secret),
        threshold: fc.integer({ min: 1, max: count }),
        coefficients: fc.array(bytes(8), { minLength: count, maxLength: count }),
        order: fc.shuffledSubarray(
          Array.from({ length: count }, (_, i) => i),
          { minLength: count },
        ),
      }),
    );

  it("comes back from any shares that are enough", () => {
    fc.assert(
      fc.property(sharing, ({ secret, threshold, coefficients, order }) => {
        const shares = splitSecret(secret, threshold, order.length, given(coefficients));
        const chosen = order.slice(0, threshold).map((i) => shares[i] as Share);
        expect(joinShares(chosen)).toEqual(secret);
      }),
    );
  });

  it("could be any other one for whoever has a share too few", () => {
    const secret = Uint8Array.of(7);
    const seen = new Map<string, Set<number>>();
    for (let c = 0; c < 256; c++) {
      for (const s of [7, 8]) {
        const [, second] = splitSecret(Uint8Array.of(s), 2, 3, () => Uint8Array.of(c));
        const key = `${second?.bytes[0]}`;
        seen.set(key, (seen.get(key) ?? new Set()).add(s));
      }
    }
    expect(seen.size).toBe(256);
    for (const secrets of seen.values()) expect([...secrets].toSorted()).toEqual([7, 8]);
    const [only] = splitSecret(secret, 1, 1, given([]));
    expect(only?.bytes).toEqual(secret);
  });
});
