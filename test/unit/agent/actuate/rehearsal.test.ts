import { describe, expect, it } from "vitest";
import { createCgroupActuator } from "../../../../agent/actuate/cgroup/cgroup-actuator.ts";
import { cgroupActuatorConfigSchema } from "../../../../agent/actuate/cgroup/config.ts";
import { bothHalves } from "../../../../agent/actuate/device-pair.ts";
import {
  Rehearsal,
  rehearsedBatch,
  rehearsedCommand,
} from "../../../../agent/actuate/rehearsal.ts";
import type { SystemFiles } from "../../../../agent/actuate/system-files.ts";
import { tcActuatorConfigSchema } from "../../../../agent/actuate/tc/config.ts";
import { createTcActuator } from "../../../../agent/actuate/tc/tc-actuator.ts";
import { paperScenario } from "../../../../core/slicing/scenario.ts";
import { FakeCgroups, sliceGroups } from "../../../fixtures/cgroup/fake-cgroups.ts";
import { equalSharing } from "./tc/fake-tc.ts";

describe("a dry run", () => {
  it("plans from what is in force, says what it would write, and writes nothing", async () => {
    const tc = equalSharing();
    const cgroups = new FakeCgroups("v2", sliceGroups);
    const kept: string[] = [];
    const onWrite = (write: string) => kept.push(write);
    const files: SystemFiles = {
      list: () => [],
      read: (path) => cgroups.read(path),
      writable: (path) => cgroups.writable(path),
      filesystem: (path) => cgroups.filesystem(path),
      write: (path, text) => onWrite(`${text} > ${path}`),
    };
    const link = tcActuatorConfigSchema.parse({ device: "air0", linkKbitPerS: 54_000 });
    const cpus = cgroupActuatorConfigSchema.parse({ groups: sliceGroups, cpus: 1.8 });
    const surroundings = { startProcess: rehearsedBatch(tc.start, onWrite), run: tc.run };
    const device = bothHalves(
      createTcActuator(link, paperScenario, surroundings),
      createCgroupActuator(cpus, paperScenario, files),
    );
    const rehearsal = new Rehearsal(device);
    await rehearsal.start(new AbortController().signal);
    await rehearsal.apply(1, Float64Array.of(6, 5, 7, 4, 11, 3));
    expect(rehearsal.readBack()).toBeUndefined();
    expect(kept).toEqual([
      expect.stringContaining(
        "tc class change dev air0 parent 1:1 classid 1:12 htb prio 0 rate 15000000bit",
      ),
      expect.stringContaining("classid 1:13 htb prio 0 rate 21000000bit"),
      ...["4000 10000 > /sys/fs/cgroup/slices/1/cpu.max"],
      ...["11000 10000 > /sys/fs/cgroup/slices/2/cpu.max"],
      ...["3000 10000 > /sys/fs/cgroup/slices/3/cpu.max"],
    ]);
    await rehearsal.stop();
    expect(tc.changes).toEqual([]);
    expect(cgroups.writes).toEqual([]);
  });

  it("runs commands that ask and keeps back those that set", async () => {
    const ran: string[] = [];
    const kept: string[] = [];
    const run = rehearsedCommand(
      (command, args) => {
        ran.push([command, ...args].join(" "));
        return Promise.resolve("told");
      },
      (write) => kept.push(write),
    );
    expect(await run("iw", ["dev", "wlan0", "info"])).toBe("told");
    await run("iw", ["dev", "wlan0", "set", "txpower", "fixed", "1000"]);
    expect(ran).toEqual(["iw dev wlan0 info"]);
    expect(kept).toEqual(["iw dev wlan0 set txpower fixed 1000"]);
  });
});
