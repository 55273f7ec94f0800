import type { SystemFiles } from "../../../../agent/actuate/system-files.ts";
import type { Probes } from "../../../../agent/doctor/finding.ts";
import { FakeCgroups, sliceGroups } from "../../../fixtures/cgroup/fake-cgroups.ts";
import { equalSharing } from "../actuate/tc/fake-tc.ts";

const nowMs = Date.UTC(2026, 10, 21);

interface Machine {
  /** Content by path, before the cgroups are asked. */
  readonly files: Record<string, string>;
  readonly cgroups: FakeCgroups;
  readonly readOnly: Set<string>;
  readonly failing: Map<string, string>;
}

export function healthy() {
  const cgroups = new FakeCgroups("v2", sliceGroups);
  const everyRight = { "/proc/self/status": "Name:\tnode\nCapEff:\t000001ffffffffff\n" };
  const machine: Machine = {
    files: { ...everyRight },
    cgroups,
    readOnly: new Set(),
    failing: new Map(),
  };
  const tc = equalSharing();
  const files: SystemFiles = {
    list: (folder) => {
      const inside = Object.keys(machine.files).filter((path) => path.startsWith(`${folder}/`));
      return [...new Set(inside.map((path) => path.slice(folder.length + 1).split("/")[0] ?? ""))];
    },
    read: (path) => machine.files[path] ?? cgroups.read(path),
    write: () => {
      throw new Error("the doctor writes nothing");
    },
    writable: (path) => !machine.readOnly.has(path),
    filesystem: (path) => cgroups.filesystem(path),
  };
  const probes = {
    files,
    run: (command: string, args: readonly string[]) => {
      const failure = machine.failing.get(command);
      if (command === "ip") return Promise.resolve("7: air0: <BROADCAST,UP> mtu 1500\n");
      return failure === undefined ? tc.run(command, args) : Promise.reject(new Error(failure));
    },
    nodeVersion: "v20.20.2",
    platform: "linux",
    wallClockMs: () => nowMs,
    cpus: () => 4,
    freeBytes: () => 5e9,
    access: () => ({ mode: 0o40700, uid: 0 }),
    netlink: () => true,
    connect: () => Promise.resolve(),
    openModel: () => Promise.resolve(),
  } satisfies Probes;
  return { machine, tc, probes };
}

export const compute = { groups: sliceGroups, cpus: 2 };
export const steering = {
  observe: { kind: "tc", device: "air0", compute },
  actuate: { kind: "tc", device: "air0", linkKbitPerS: 54_000, compute },
  link: { brokerUrl: "mqtt://broker:1883" },
  policy: { model: "sqrt-load" },
  control: { realtimePriority: 40, cpu: 3 },
};

export const counting = (counters: readonly string[]) => ({
  ...steering,
  observe: { ...steering.observe, arrivals: { table: "slices", counters } },
});

export const box = {
  system: "energy",
  observe: { kind: "drawn" },
  actuate: { kind: "box", wireless: { device: "wlan0" } },
  policy: { model: "greedy" },
};

export type Break = (fake: ReturnType<typeof healthy>) => Partial<Probes> | undefined;
