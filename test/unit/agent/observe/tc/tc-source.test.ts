import { describe, expect, it } from "vitest";
import type { Tick } from "../../../../../agent/clock/slot-clock.ts";
import { tcObservationConfigSchema } from "../../../../../agent/observe/tc/config.ts";
import { createTcObservationSource } from "../../../../../agent/observe/tc/tc-source.ts";
import { observe } from "../../../../../core/slicing/observation.ts";
import { paperScenario } from "../../../../../core/slicing/scenario.ts";
import { equalSharing, type FakeTc } from "../../actuate/tc/fake-tc.ts";

const never = new AbortController().signal;

function tick(slot: number): Tick {
  return { slot, startedNs: 0n, deadlineNs: 10_000_000n, skipped: 0 };
}

async function sourceOn(tc: FakeTc, over: Record<string, unknown> = {}) {
  const config = tcObservationConfigSchema.parse({ device: "air0", ...over });
  const source = createTcObservationSource(config, paperScenario, { startProcess: tc.start });
  await source.start(never);
  return source;
}

/** Packets of a task of each slice and their payload, bytes. */
const tasks = [
  { id: "1:11", packets: 1, bytes: 375 },
  { id: "1:12", packets: 2, bytes: 1875 },
  { id: "1:13", packets: 4, bytes: 4687.5 },
];

function queueTasks(tc: FakeTc, counts: readonly number[]): void {
  for (const [slice, { id, packets, bytes }] of tasks.entries()) {
    const found = tc.classes.get(id);
    if (found === undefined) continue;
    found.backlogPackets += packets * (counts[slice] ?? 0);
    found.backlogBytes += (bytes + 42 * packets) * (counts[slice] ?? 0);
  }
}

function sendAll(tc: FakeTc): void {
  for (const found of tc.classes.values()) {
    found.sentBytes += found.backlogBytes;
    found.sentPackets += found.backlogPackets;
    found.backlogBytes = 0;
    found.backlogPackets = 0;
  }
}

describe("the observation from tc's class counters", () => {
  it("is the model's observation of the users whose tasks wait in the classes", async () => {
    const tc = equalSharing();
    const source = await sourceOn(tc);
    queueTasks(tc, [9, 8, 2]);
    const { observation } = await source.read(tick(0));
    const expected = observe(paperScenario, Float64Array.of(9, 8, 2));
    for (const [i, value] of expected.entries()) expect(observation?.[i]).toBeCloseTo(value, 3);
    await source.stop();
  });

  it("counts tasks that came and went between two readings", async () => {
    const tc = equalSharing();
    const source = await sourceOn(tc);
    await source.read(tick(0));
    queueTasks(tc, [4, 0, 0]);
    sendAll(tc);
    const { observation } = await source.read(tick(1));
    expect(observation?.[0]).toBe(4 * 3000);
    expect(observation?.[3]).toBeCloseTo(4 * 1e8, 0);
    expect(observation?.[1]).toBe(0);
    await source.stop();
  });

  it("takes what was sent before the first slot for no demand of it", async () => {
    const tc = equalSharing();
    queueTasks(tc, [1000, 1000, 1000]);
    sendAll(tc);
    const source = await sourceOn(tc);
    const { observation } = await source.read(tick(0));
    expect([...(observation ?? [])]).toEqual([0, 0, 0, 0, 0, 0]);
    await source.stop();
  });

  it("scales link bits to the model's bits", async () => {
    const tc = equalSharing();
    const source = await sourceOn(tc, { modelBitsPerLinkBit: 2.5 });
    queueTasks(tc, [2, 0, 0]);
    const { observation } = await source.read(tick(0));
    expect(observation?.[0]).toBe(2 * 3000 * 2.5);
    await source.stop();
  });

  it("refuses a device without the classes", async () => {
    const tc = equalSharing();
    tc.classes.delete("1:11");
    await expect(sourceOn(tc)).rejects.toMatchObject({ code: "OBSERVATION_UNAVAILABLE" });
  });

  it("refuses classes, counters or cgroups that are not one for each slice", async () => {
    const two = ["1:11", "1:12"];
    const groups = ["a", "b", "c", "d"];
    const arrivals = { table: "slices", counters: ["a", "b"] };
    for (const over of [{ classIds: two }, { arrivals }, { compute: { groups, cpus: 2 } }]) {
      await expect(sourceOn(equalSharing(), over)).rejects.toMatchObject({
        code: "CONFIG_INVALID",
      });
    }
  });

  it("gives no observation, but the reason, when a class disappears later", async () => {
    const tc = equalSharing();
    const source = await sourceOn(tc);
    tc.classes.delete("1:11");
    await expect(source.read(tick(0))).rejects.toThrow("1:11");
    await source.stop();
  });
});
