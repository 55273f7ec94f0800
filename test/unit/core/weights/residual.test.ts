import { describe, expect, it } from "vitest";
import { decodeDelta, encodeDelta } from "../../../../core/weights/int8-delta.ts";
import { residualOf, withResidual } from "../../../../core/weights/residual.ts";
import type { Weights } from "../../../../core/weights/tensor.ts";
import { network, valuesOf } from "./networks.ts";

describe("error feedback", () => {
  it("makes up later for what an encoding left out", () => {
    const change = [0.9, 0.01, -0.02, 0.03, 0.001, -0.5];
    let received = network(change.map(() => 0));
    let residual: Weights | undefined;
    const rounds = 200;
    for (let round = 1; round <= rounds; round++) {
      const wanted = withResidual(
        network(valuesOf(received).map((v, i) => v + (change[i] as number))),
        residual,
      );
      const sent = decodeDelta(encodeDelta(wanted, received), received);
      residual = residualOf(wanted, sent);
      received = sent;
    }
    for (const [i, value] of valuesOf(received).entries()) {
      expect(Math.abs(value / rounds - (change[i] as number))).toBeLessThan(0.005);
    }
  });

  it("adds nothing where nothing was left out", () => {
    const weights = network([1, 2, 3, 4, 5]);
    expect(withResidual(weights, undefined)).toBe(weights);
  });
});
