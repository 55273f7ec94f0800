import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addTo } from "../../../../../core/secure-aggregation/residues.ts";
import { type LastAct, SecureParty } from "../../../../fixtures/secure-party.ts";

const rules = { quorum: 3, threshold: 0.6 };
const values = 5;
const residue = fc.nat({ max: 2 ** 32 - 1 });
const input = fc
  .array(residue, { minLength: values, maxLength: values })
  .map((list) => Uint32Array.from(list));
const lastAct = fc.constantFrom<LastAct>(
  ...(["nothing", "keys", "shares", "masking"] as const),
  ...(["unmasking", "unmasking", "unmasking", "unmasking"] as const),
);
const agents = fc.array(fc.record({ input, lastAct }), { minLength: 2, maxLength: 8 });

function sumOf(inputs: readonly Uint32Array[]): Uint32Array {
  const sum = new Uint32Array(values);
  for (const one of inputs) addTo(sum, one);
  return sum;
}

describe("a secure round", () => {
  it("sums exactly the updates of those who were not lost before them, or nothing", () => {
    fc.assert(
      fc.property(agents, (all) => {
        const reached = (...acts: LastAct[]) => all.filter((agent) => acts.includes(agent.lastAct));
        const members = reached("keys", "shares", "masking", "unmasking").length;
        const shared = reached("shares", "masking", "unmasking").length;
        const masked = reached("masking", "unmasking");
        const unmasking = reached("unmasking").length;
        const threshold = Math.max(rules.quorum, Math.ceil(rules.threshold * members));
        const party = new SecureParty(
          rules,
          all.map((agent) => agent.input),
          all.map((agent) => agent.lastAct),
        );
        const outcome = party.play();
        if (members < rules.quorum) expect(outcome).toBe("extended");
        else if (Math.min(shared, masked.length, unmasking) < threshold) {
          expect(outcome).toBe("too-few");
        } else {
          expect(outcome).toEqual(sumOf(masked.map((agent) => agent.input)));
        }
      }),
      { numRuns: 60, endOnFailure: true },
    );
  });

  it("hides an update in what looks like chance", () => {
    const inputs = [0, 1, 2].map(() => new Uint32Array(100_000).fill(7));
    const party = new SecureParty(rules, inputs, ["unmasking", "unmasking", "unmasking"]);
    const sum = party.play();
    expect(typeof sum === "object" && sum.every((value) => value === 21)).toBe(true);
    for (const masked of party.masked.values()) {
      const counts = new Float64Array(256);
      for (const byte of new Uint8Array(masked.buffer)) counts[byte] = (counts[byte] ?? 0) + 1;
      const expected = (4 * masked.length) / 256;
      const chiSquare = counts.reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0);
      // 255 degrees of freedom: mean 255, standard deviation 22.6.
      expect(Math.abs(chiSquare - 255)).toBeLessThan(6 * 22.6);
      expect(new Set(masked).size).toBeGreaterThan(0.999 * masked.length);
    }
    const [a, b] = [...party.masked.values()] as [Uint32Array, Uint32Array];
    expect(a.filter((value, i) => value === b[i]).length).toBeLessThan(5);
  });
});
