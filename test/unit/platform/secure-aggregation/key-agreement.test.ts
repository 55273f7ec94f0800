import { describe, expect, it } from "vitest";
import { agreedSecret, keyPairOf } from "../../../../platform/secure-aggregation/key-agreement.ts";
import { expandMask } from "../../../../platform/secure-aggregation/mask.ts";
import { seal, unseal } from "../../../../platform/secure-aggregation/sealing.ts";

const hex = (text: string) => new Uint8Array(Buffer.from(text, "hex"));

describe("agreed secrets", () => {
  const a = keyPairOf(hex("77076d0a7318a57d3c16c17251b26645c6df4c8bf96a8d3f4d6f3d1f1b0a1b2a"));
  const b = keyPairOf(hex("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb"));

  it("have the public key of RFC 7748, § 6.1", () => {
    expect(Buffer.from(b.publicKey, "base64").toString("hex")).toBe(
      "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f",
    );
  });

  it("are the same for both, and others for other purposes", () => {
    const secret = agreedSecret(a, b.publicKey, "one");
    expect(agreedSecret(b, a.publicKey, "one")).toEqual(secret);
    expect(agreedSecret(a, b.publicKey, "two")).not.toEqual(secret);
    expect(secret).toHaveLength(32);
  });

  it("are not made with a key that makes them known to all", () => {
    const zero = Buffer.alloc(32).toString("base64");
    expect(() => agreedSecret(a, zero, "one")).toThrow();
    expect(() => agreedSecret(a, "AAAA", "one")).toThrow();
  });
});

describe("a sealed message", () => {
  const key = new Uint8Array(32).fill(1);

  it("is read with its key alone, and only as it was", () => {
    const sealed = seal(key, Uint8Array.of(1, 2, 3));
    expect([...unseal(key, sealed)]).toEqual([1, 2, 3]);
    expect(() => unseal(new Uint8Array(32), sealed)).toThrow();
    const changed = Buffer.from(sealed, "base64");
    changed[0] = (changed[0] as number) ^ 1;
    expect(() => unseal(key, changed.toString("base64"))).toThrow();
    expect(() => unseal(key, "AAAA")).toThrow();
  });
});

describe("a mask", () => {
  it("is AES-256 in counter mode, as in NIST SP 800-38A with a counter from zero", () => {
    const mask = expandMask(new Uint8Array(32), 8);
    expect(Buffer.from(mask.buffer).toString("hex").slice(0, 32)).toBe(
      "dc95c078a2408989ad48a21492842087",
    );
    expect(expandMask(new Uint8Array(32), 3)).toEqual(mask.subarray(0, 3));
  });
});
