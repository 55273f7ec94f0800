import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { tcActuatorConfigSchema } from "../../../../../agent/actuate/tc/config.ts";
import { createTcActuator } from "../../../../../agent/actuate/tc/tc-actuator.ts";
import { paperScenario } from "../../../../../core/slicing/scenario.ts";
import { equalSharing, type FakeClass, type FakeTc } from "./fake-tc.ts";

function configured(over: Record<string, unknown> = {}) {
  return tcActuatorConfigSchema.parse({ device: "air0", linkKbitPerS: 54_000, ...over });
}

const never = new AbortController().signal;

async function startedOn(tc: FakeTc, over: Record<string, unknown> = {}) {
  const surroundings = { startProcess: tc.start, run: tc.run };
  const actuator = createTcActuator(configured(over), paperScenario, surroundings);
  await actuator.survey();
  await actuator.start(never);
  return actuator;
}

const rates = (tc: FakeTc) => [...tc.classes.values()].map((found) => found.rateBitPerS / 1e6);

describe("the tc actuator", () => {
  it("puts the bandwidth blocks into force and reads them back in blocks", async () => {
    const tc = equalSharing();
    const actuator = await startedOn(tc);
    await actuator.apply(7, Float64Array.of(4, 11, 3, 5, 5, 8));
    expect(rates(tc)).toEqual([12, 33, 9]);
    expect(actuator.readBack()).toEqual({ slot: 7, applied: Float64Array.of(4, 11, 3, 5, 5, 8) });
    expect(actuator.readBack()).toBeUndefined();
    await actuator.stop();
  });

  it("writes nothing the second time, and still reads back", async () => {
    const tc = equalSharing();
    const actuator = await startedOn(tc);
    const action = Float64Array.of(4, 11, 3, 6, 6, 6);
    await actuator.apply(1, action);
    actuator.readBack();
    const written = tc.changes.length;
    await actuator.apply(2, action);
    expect(tc.changes).toHaveLength(written);
    expect(actuator.readBack()?.slot).toBe(2);
    await actuator.stop();
  });

  it("writes again what someone else has changed in between", async () => {
    const tc = equalSharing();
    const actuator = await startedOn(tc);
    const action = Float64Array.of(4, 11, 3, 6, 6, 6);
    await actuator.apply(1, action);
    (tc.classes.get("1:12") as { rateBitPerS: number }).rateBitPerS = 1e6;
    await actuator.apply(2, action);
    await actuator.apply(3, action);
    expect(rates(tc)).toEqual([12, 33, 9]);
    await actuator.stop();
  });

  it("ends with the later of two actions that overlap", async () => {
    const tc = equalSharing();
    const actuator = await startedOn(tc);
    await Promise.all([
      actuator.apply(1, Float64Array.of(1, 1, 16, 6, 6, 6)),
      actuator.apply(2, Float64Array.of(6, 6, 6, 6, 6, 6)),
    ]);
    expect(rates(tc)).toEqual([18, 18, 18]);
    await actuator.stop();
  });

  it("reports the rates of the kernel, not those commanded", async () => {
    const tc = equalSharing();
    const actuator = await startedOn(tc);
    tc.classes.delete("1:12");
    await expect(actuator.apply(1, Float64Array.of(4, 11, 3, 6, 6, 6))).rejects.toThrow("1:12");
    expect(actuator.readBack()).toBeUndefined();
  });

  it("reads a ceil that differs back, though the rate is as commanded", async () => {
    const tc = equalSharing();
    const actuator = await startedOn(tc);
    const action = Float64Array.of(4, 11, 3, 6, 6, 6);
    tc.stuckCeil = "1:12";
    await actuator.apply(1, action);
    expect(actuator.readBack()?.applied).toEqual(Float64Array.of(4, 6, 3, 6, 6, 6));
    await actuator.stop();
  });

  it("gives every class all that it had", async () => {
    const tc = equalSharing();
    const found = {
      ...(tc.classes.get("1:11") as FakeClass),
      rateBitPerS: 10e6,
      ceilBitPerS: 54e6,
      prio: 3,
      quantumBytes: 60_000,
      burstBytes: 15_360,
      cburstBytes: 4097,
    };
    tc.classes.set("1:11", { ...found });
    const actuator = await startedOn(tc);
    const before = await tc.run("tc", []);
    await actuator.apply(1, Float64Array.of(4, 11, 3, 6, 6, 6));
    expect(tc.classes.get("1:11")).toMatchObject({ prio: 3, quantumBytes: 1514 });
    await actuator.stop();
    expect(await tc.run("tc", [])).toBe(before);
    expect(tc.classes.get("1:11")).toMatchObject({ ...found, cburstBytes: expect.any(Number) });
  });

  it("fails to stop where a class does not take back what it had", async () => {
    const tc = equalSharing();
    const actuator = await startedOn(tc);
    await actuator.apply(1, Float64Array.of(4, 11, 3, 6, 6, 6));
    tc.stuckCeil = "1:12";
    await expect(actuator.stop()).rejects.toThrow("not taken back by 1:12");
  });

  it("has no lock for a device that is not there", async () => {
    const run = () => Promise.reject(new Error("Device does not exist"));
    const actuator = createTcActuator(configured(), paperScenario, { run });
    await expect(actuator.locks()).rejects.toMatchObject({ code: "ACTUATOR_UNAVAILABLE" });
  });

  it("refuses a device without the classes, and changes nothing", async () => {
    const tc = equalSharing();
    tc.classes.delete("1:13");
    await expect(startedOn(tc)).rejects.toMatchObject({ code: "ACTUATOR_UNAVAILABLE" });
    expect(tc.changes).toEqual([]);
  });

  it("refuses more or fewer classes than there are slices, and one class for two of them", () => {
    for (const classIds of [
      ["1:11", "1:12"],
      ["1:11", "1:12", "1:13", "1:14"],
    ]) {
      const create = () => createTcActuator(configured({ classIds }), paperScenario);
      expect(create).toThrow(expect.objectContaining({ code: "CONFIG_INVALID" }));
    }
    expect(() => configured({ classIds: ["1:11", "1:12", "1:12"] })).toThrow("1:12");
  });

  it("leaves each class under the parent that it has", async () => {
    const tc = equalSharing();
    for (const found of tc.classes.values()) found.parent = "1:7";
    const actuator = await startedOn(tc);
    await actuator.apply(1, Float64Array.of(4, 11, 3, 6, 6, 6));
    await actuator.stop();
    for (const change of tc.changes) expect(change).toContain("parent 1:7 ");
  });

  it("does not start without the audit it was told to keep", async () => {
    const started = startedOn(equalSharing(), { auditFile: "/nowhere/rates.jsonl" });
    await expect(started).rejects.toMatchObject({
      code: "ACTUATOR_UNAVAILABLE",
      facts: { received: expect.stringContaining("/nowhere/rates.jsonl") },
    });
  });

  it("keeps an audit of commanded and read-back rates, no longer than it was told", async () => {
    const folder = mkdtempSync(join(tmpdir(), "slotwise-audit-"));
    try {
      const auditFile = join(folder, "rates.jsonl");
      const actuator = await startedOn(equalSharing(), { auditFile, auditSlots: 2 });
      for (const slot of [1, 2, 3]) {
        await actuator.apply(slot, Float64Array.of(slot, 17 - slot, 1, 6, 6, 6));
      }
      await actuator.stop();
      const entry = (slot: number, rates: number[]) => {
        const ratesThenCeils = [...rates, ...rates];
        return { slot, commanded: ratesThenCeils, readBack: ratesThenCeils };
      };
      const lines = readFileSync(auditFile, "utf8").trimEnd().split("\n");
      expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
        entry(1, [3e6, 48e6, 3e6]),
        entry(2, [6e6, 45e6, 3e6]),
      ]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("takes no name from a configuration that would be more than one word to tc", () => {
    for (const over of [{ device: "air0\nqdisc del dev air0 root" }, { classIds: ["1:11 rate"] }]) {
      expect(() => configured(over)).toThrow();
    }
  });
});
