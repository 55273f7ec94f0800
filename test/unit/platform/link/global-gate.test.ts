import { describe, expect, it } from "vitest";
import { type AnnouncedGlobal, GlobalGate } from "../../../../platform/link/global-gate.ts";
import { sampleGlobal } from "../../../fixtures/messages.ts";

const model = (globalVersion: number, federation: string): AnnouncedGlobal => ({
  header: { ...sampleGlobal, federation, globalVersion },
  inline: undefined,
});

describe("the gate for global models", () => {
  it("keeps a model until a round names its federation, then gives it once", () => {
    const gate = new GlobalGate();
    expect(gate.arrived(model(5, "f"))).toBeUndefined();
    expect(gate.roundNamed("f")).toEqual(model(5, "f"));
    expect(gate.roundNamed("f")).toBeUndefined();
    expect(gate.arrived(model(6, "f"))).toEqual(model(6, "f"));
  });

  it("never gives a model of a federation that no round names", () => {
    const gate = new GlobalGate();
    gate.arrived(model(58, "dead"));
    expect(gate.roundNamed("f")).toBeUndefined();
    expect(gate.arrived(model(1, "f"))).toEqual(model(1, "f"));
    expect(gate.arrived(model(59, "dead"))).toBeUndefined();
  });

  it("gives a new federation's model that came before its round", () => {
    const gate = new GlobalGate();
    gate.roundNamed("f");
    gate.arrived(model(7, "g"));
    gate.arrived(model(8, "g"));
    expect(gate.roundNamed("g")).toEqual(model(8, "g"));
  });

  it("forgets a model that was cleared", () => {
    const gate = new GlobalGate();
    gate.arrived(model(5, "f"));
    gate.cleared();
    expect(gate.roundNamed("f")).toBeUndefined();
  });
});
