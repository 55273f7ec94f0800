import { describe, expect, it } from "vitest";
import type { SystemFiles } from "../../../../agent/actuate/system-files.ts";
import { loadAgentConfig } from "../../../../agent/config.ts";
import { examine } from "../../../../agent/doctor/doctor.ts";
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

function healthy() {
  const cgroups = new FakeCgroups("v2", sliceGroups);
  const machine: Machine = { files: {}, cgroups, readOnly: new Set(), failing: new Map() };
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
      return failure === undefined ? tc.run(command, args) : Promise.reject(new Error(failure));
    },
    nodeVersion: "v20.20.2",
    platform: "linux",
    wallClockMs: () => nowMs,
    cpus: () => 4,
    freeBytes: () => 5e9,
    access: () => ({ mode: 0o40700, uid: 0 }),
    uid: () => 0,
    netlink: () => true,
    connect: () => Promise.resolve(),
    openModel: () => Promise.resolve(),
  } satisfies Probes;
  return { machine, tc, probes };
}

const compute = { groups: sliceGroups, cpus: 2 };
const steering = {
  observe: { kind: "tc", device: "air0", compute },
  actuate: { kind: "tc", device: "air0", linkKbitPerS: 54_000, compute },
  link: { brokerUrl: "mqtt://broker:1883" },
  policy: { model: "sqrt-load" },
  control: { realtimePriority: 40, cpu: 3 },
};

const counting = (counters: readonly string[]) => ({
  ...steering,
  observe: { ...steering.observe, arrivals: { table: "slices", counters } },
});

const box = {
  system: "energy",
  observe: { kind: "drawn" },
  actuate: { kind: "box", wireless: { device: "wlan0" } },
  policy: { model: "greedy" },
};

type Break = (fake: ReturnType<typeof healthy>) => Partial<Probes> | undefined;

async function examined(config: object, breaks: Break = () => undefined) {
  const fake = healthy();
  const probes = { ...fake.probes, ...breaks(fake) };
  const findings = await examine(
    loadAgentConfig(undefined, { policy: { model: "sqrt-load" }, ...config }),
    probes,
  );
  return findings.filter(({ state }) => state !== "ok");
}

const failing =
  (command: string, reason: string): Break =>
  ({ machine }) => {
    machine.failing.set(command, reason);
    return undefined;
  };

const file =
  (path: string, content: string): Break =>
  ({ machine }) => {
    machine.files[path] = content;
    return undefined;
  };

const cap = "/sys/devices/system/cpu/cpufreq/policy0/scaling_max_freq";
const refuse = (reason: string) => () => Promise.reject(new Error(reason));
const tls = { key: "/k.pem", cert: "/c.pem", ca: "/ca.pem" };
const secured = { ...steering, link: { brokerUrl: "mqtts://broker:8883", mqtt: { tls } } };

const broken: [name: string, config: object, breaks: Break, state: string, advice: RegExp][] = [
  ["an old Node", {}, () => ({ nodeVersion: "v18.19.0" }), "fault", /20\.19/],
  ["a system other than Linux", {}, () => ({ platform: "darwin" }), "warning", /Linux/],
  [
    "a slow clock source",
    {},
    file("/sys/devices/system/clocksource/clocksource0/current_clocksource", "hpet"),
    "warning",
    /clocksource=tsc/,
  ],
  ["a clock in 1970", {}, () => ({ wallClockMs: () => 0 }), "fault", /timedatectl/],
  ["no real-time rights", steering, failing("chrt", "not permitted"), "warning", /CAP_SYS_NICE/],
  ["a CPU that is not there", steering, () => ({ cpus: () => 2 }), "fault", /control\.cpu below 2/],
  [
    "a model that is not there",
    { policy: { model: "/no.onnx" } },
    () => undefined,
    "fault",
    /policy\.model/,
  ],
  [
    "an ONNX Runtime that dies",
    { policy: { model: "models/slicing.onnx" } },
    () => ({ openModel: refuse("SIGILL") }),
    "fault",
    /onnxruntime-node/,
  ],
  [
    "no broker",
    steering,
    () => ({ connect: refuse("ECONNREFUSED") }),
    "warning",
    /start the broker/,
  ],
  ["a full disk", steering, () => ({ freeBytes: () => 1e6 }), "fault", /make room/],
  [
    "a hot CPU",
    {},
    file("/sys/class/thermal/thermal_zone0/temp", "84500"),
    "warning",
    /cool the box/,
  ],
  [
    "a weak supply of a Raspberry Pi",
    {},
    file("/sys/devices/platform/soc/soc:firmware/get_throttled", "50005"),
    "warning",
    /supply of the rated current/,
  ],
  [
    "a Raspberry Pi 5 whose power chip may not be read",
    {},
    (fake) => {
      fake.machine.files["/proc/device-tree/model"] = "Raspberry Pi 5 Model B Rev 1.0";
      return failing("vcgencmd", "Can't open device file: /dev/vcio")(fake);
    },
    "warning",
    /group video/,
  ],
  [
    "an arrival counter too few",
    counting(["slice1"]),
    () => undefined,
    "fault",
    /one counter for each slice/,
  ],
  [
    "no nftables",
    counting(["slice1", "slice2", "slice3"]),
    failing("nft", "spawn nft ENOENT"),
    "fault",
    /install nftables/,
  ],
  ["no tc", steering, failing("tc", "spawn tc ENOENT"), "fault", /install iproute2/],
  [
    "a missing HTB class",
    steering,
    ({ tc }) => {
      tc.classes.delete("1:12");
      return undefined;
    },
    "fault",
    /tc class add/,
  ],
  [
    "no cgroup filesystem",
    { ...steering, actuate: { ...steering.actuate, compute: { ...compute, root: "/tmp" } } },
    () => undefined,
    "fault",
    /mount cgroups/,
  ],
  [
    "a group without its controller",
    {
      ...steering,
      actuate: { ...steering.actuate, compute: { ...compute, groups: ["a", "b", "c"] } },
    },
    () => undefined,
    "fault",
    /subtree_control/,
  ],
  [
    "a group that only root may set",
    steering,
    ({ machine }) => {
      machine.readOnly.add("/sys/fs/cgroup/slices/1/cpu.max");
      return undefined;
    },
    "fault",
    /User=root/,
  ],
  ["no flock", steering, failing("flock", "spawn flock ENOENT"), "fault", /util-linux/],
  [
    "a journal anyone may write",
    steering,
    () => ({ access: () => ({ mode: 0o40777, uid: 0 }) }),
    "fault",
    /chmod 700/,
  ],
  [
    "CPUs counted in two ways",
    { ...steering, observe: { ...steering.observe, compute: { ...compute, cpus: 3 } } },
    () => undefined,
    "warning",
    /give both/,
  ],
  [
    "more CPUs shared out than there are",
    { ...steering, control: {} },
    () => ({ cpus: () => 1 }),
    "fault",
    /lower `cpus`/,
  ],
  [
    "a link slower than its rates",
    steering,
    file("/sys/class/net/air0/speed", "10"),
    "warning",
    /lower `linkKbitPerS`/,
  ],
  ["a box without cpufreq", box, () => undefined, "fault", /frequency: false/],
  [
    "caps that only root may set",
    box,
    ({ machine }) => {
      machine.files[cap] = "1500000";
      machine.readOnly.add(cap);
      return undefined;
    },
    "fault",
    /as root/,
  ],
  ["no radio", box, failing("iw", "No such device (-19)"), "fault", /iw dev/],
  ["certificates that cannot be read", secured, () => undefined, "fault", /slotwise provision/],
  ["a certificate that is none", secured, file("/c.pem", "hello"), "fault", /PEM/],
];

describe("the doctor", () => {
  it("finds nothing to do on a machine that has all that is asked", async () => {
    expect(await examined(steering)).toEqual([]);
  });

  it("asks for nothing that the configuration does not need", async () => {
    const everything = ["tc", "flock", "chrt", "iw"];
    const findings = await examined({}, ({ machine }) => {
      for (const command of everything) machine.failing.set(command, "ENOENT");
      return undefined;
    });
    expect(findings).toEqual([]);
  });

  it.each(broken)("says what to do about %s", async (_name, config, breaks, state, advice) => {
    const findings = await examined(config, breaks);
    expect(findings).toContainEqual(
      expect.objectContaining({ state, advice: expect.stringMatching(advice) }),
    );
  });

  it("says of every finding in words what it found", async () => {
    for (const [, config, breaks] of broken) {
      for (const finding of await examined(config, breaks)) expect(finding.found).toMatch(/\S/);
    }
  });
});
