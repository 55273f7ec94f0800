import { describe, expect, it } from "vitest";
import { turnOf } from "../../../../deploy/testbed/run-contest.ts";

describe("the order of the policies", () => {
  it("gives each the first, the second and the last place equally often", () => {
    const policies = ["a", "b", "c"];
    const turns = Array.from({ length: 6 }, (_, trace) => turnOf(policies, trace));
    for (const place of [0, 1, 2]) {
      const there = turns.map((turn) => turn[place]);
      for (const policy of policies) expect(there.filter((one) => one === policy)).toHaveLength(2);
    }
  });
});
