import { describe, expect, it } from "vitest";
import { parseFault, requireRoom } from "../../../../deploy/testbed/faults.ts";

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

  it("leaves a third of the trace for what comes after an outage", () => {
    expect(() => requireRoom({ kind: "outage", seconds: 1.9 }, 3)).not.toThrow();
    expect(() => requireRoom({ kind: "loss", probability: 0.5 }, 0.1)).not.toThrow();
    expect(() => requireRoom({ kind: "outage", seconds: 2 }, 3)).toThrow("shorter than two thirds");
  });
});
