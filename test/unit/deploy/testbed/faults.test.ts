import { describe, expect, it } from "vitest";
import { parseFault } from "../../../../deploy/testbed/faults.ts";

describe("a link fault", () => {
  it("is a share of packets or a time", () => {
    expect(parseFault("loss:0.05")).toEqual({ kind: "loss", probability: 0.05 });
    expect(parseFault("outage:1.5")).toEqual({ kind: "outage", seconds: 1.5 });
  });

  it.each(["loss", "loss:1", "loss:x", "outage:0", "outage:61", "outage:1:2", "fire:1"])(
    "is refused as %s",
    (text) => {
      expect(() => parseFault(text)).toThrow(expect.objectContaining({ code: "CONFIG_INVALID" }));
    },
  );
});
