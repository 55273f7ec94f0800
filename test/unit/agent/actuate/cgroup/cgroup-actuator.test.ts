import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createCgroupActuator } from "../../../../../agent/actuate/cgroup/cgroup-actuator.ts";
import { cgroupActuatorConfigSchema } from "../../../../../agent/actuate/cgroup/config.ts";
import { type SystemFiles, systemFiles } from "../../../../../agent/actuate/system-files.ts";
import { paperScenario } from "../../../../../core/slicing/scenario.ts";
import { FakeCgroups, sliceGroups } from "../../../../fixtures/cgroup/fake-cgroups.ts";

const never = new AbortController().signal;

function created(files: SystemFiles, over: Record<string, unknown> = {}) {
  const config = cgroupActuatorConfigSchema.parse({ groups: sliceGroups, cpus: 1.8, ...over });
  return createCgroupActuator(config, paperScenario, files);
}

async function started(files: FakeCgroups) {
  const actuator = created(files);
  const restorations = await actuator.survey();
  await actuator.start(never);
  return { actuator, restorations };
}

const action = Float64Array.of(6, 6, 6, 4, 11, 3);
const quotas = (files: FakeCgroups) => sliceGroups.map((group) => files.quota(group).quotaUs);

describe.each(["v1", "v2"] as const)("CPU quotas in cgroup %s", (version) => {
  it("are the compute blocks' share of the CPUs, and are read back in blocks", async () => {
    const files = new FakeCgroups(version, sliceGroups);
    const { actuator } = await started(files);
    await actuator.apply(7, action);
    expect(quotas(files)).toEqual([4000, 11_000, 3000]);
    expect(actuator.readBack()).toEqual({ slot: 7, applied: action });
    expect(actuator.readBack()).toBeUndefined();
  });

  it("are written once, and again where somebody else has changed one", async () => {
    const files = new FakeCgroups(version, sliceGroups);
    const { actuator } = await started(files);
    await actuator.apply(1, action);
    const written = files.writes.length;
    await actuator.apply(2, action);
    expect(files.writes).toHaveLength(written);
    files.quota("slices/2").quotaUs = 2000;
    await actuator.apply(3, action);
    expect(quotas(files)).toEqual([4000, 11_000, 3000]);
    expect(files.writes).toHaveLength(written + 1);
  });

  it("are granted anew by every slot's write where the slot renews them", async () => {
    const files = new FakeCgroups(version, sliceGroups);
    const actuator = created(files, { grant: "slot" });
    await actuator.survey();
    await actuator.start(never);
    await actuator.apply(1, action);
    expect(quotas(files)).toEqual([4000, 11_000, 3000]);
    expect(files.quota("slices/1").periodUs).toBe(1_000_000);
    expect(actuator.readBack()).toEqual({ slot: 1, applied: action });
    const written = files.writes.length;
    await actuator.apply(2, action);
    expect(files.writes).toHaveLength(written + sliceGroups.length);
    expect(actuator.readBack()).toEqual({ slot: 2, applied: action });
  });

  it("are taken from the slices that give way before others get more", async () => {
    const files = new FakeCgroups(version, sliceGroups);
    const { actuator } = await started(files);
    await actuator.apply(1, action);
    files.writes.length = 0;
    await actuator.apply(2, Float64Array.of(6, 6, 6, 9, 6, 3));
    const order = files.writes.map(({ path }) => path.match(/slices\/\d/)?.[0]);
    expect(order).toEqual(["slices/2", "slices/1"]);
  });

  it("show in the read-back what the kernel says, not what was told", async () => {
    const files = new FakeCgroups(version, sliceGroups);
    const { actuator } = await started(files);
    await actuator.apply(1, action);
    actuator.readBack();
    files.stuck.add(join(files.folder, "slices/2"));
    await actuator.apply(2, Float64Array.of(6, 6, 6, 6, 6, 6));
    expect(actuator.readBack()?.applied).toEqual(Float64Array.of(6, 6, 6, 6, 11, 6));
    await expect(actuator.stop()).rejects.toThrow("slices/2");
  });

  it("come back as they were found, from stop and from what the survey said", async () => {
    const quota = fc.record({
      quotaUs: fc.oneof(fc.constant(-1), fc.integer({ min: 2000, max: 500_000 })),
      periodUs: fc.integer({ min: 1000, max: 1_000_000 }),
      burstUs: fc.constantFrom(0, 0, 1500),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(quota, { minLength: 3, maxLength: 3 }), async (found) => {
        const files = new FakeCgroups(version, sliceGroups);
        for (const [i, group] of sliceGroups.entries()) Object.assign(files.quota(group), found[i]);
        const { actuator, restorations } = await started(files);
        await actuator.apply(1, action);
        expect(quotas(files)).toEqual([4000, 11_000, 3000]);
        for (const step of restorations) {
          if (step.kind === "file") files.write(step.path, step.value);
        }
        const state = () => sliceGroups.map((group) => ({ ...files.quota(group) }));
        expect(state()).toEqual(found);
        await actuator.apply(2, action);
        await actuator.stop();
        expect(state()).toEqual(found);
      }),
    );
  });

  it("are refused where a group is missing, and nothing is changed", async () => {
    const files = new FakeCgroups(version, sliceGroups.slice(1));
    await expect(started(files)).rejects.toMatchObject({ code: "ACTUATOR_UNAVAILABLE" });
    expect(files.writes).toEqual([]);
  });
});

describe("the cgroup actuator", () => {
  it("writes nothing into folders that are no cgroup filesystem", async () => {
    const actuator = created(systemFiles, { root: "/dev/shm" });
    await expect(actuator.survey()).rejects.toThrow("type 1021994");
    await expect(actuator.apply(1, action)).rejects.toThrow("not held");
  });

  it("refuses blocks below the kernel's smallest quota, and another number of groups than slices", () => {
    const files = new FakeCgroups("v2", sliceGroups);
    expect(() => created(files, { cpus: 1 })).toThrow("at least 1000 µs");
    expect(() => created(files, { groups: ["slices/1"] })).toThrow("a cgroup for each");
  });

  it("takes no group that lies outside the root", () => {
    for (const group of ["../other", "a/../../b", "/a", "a b"]) {
      expect(() => created(systemFiles, { groups: [group] })).toThrow();
    }
  });
});
