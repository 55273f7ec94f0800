import { type Break, box, compute, counting, steering } from "./healthy-machine.ts";

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

/** What tc prints, altered. */
const tcSays =
  (alter: (printed: string) => string): Break =>
  ({ probes }) => ({
    run: async (command, args) => {
      const printed = await probes.run(command, args);
      return command === "tc" ? alter(printed) : printed;
    },
  });

const cap = "/sys/devices/system/cpu/cpufreq/policy0/scaling_max_freq";
const refuse = (reason: string) => () => Promise.reject(new Error(reason));
const tls = { key: "/k.pem", cert: "/c.pem", ca: "/ca.pem" };
const secured = { ...steering, link: { brokerUrl: "mqtts://broker:8883", mqtt: { tls } } };

/** What is broken, for which configuration, how; the finding's state, and what is advised. */
export const broken: [
  name: string,
  config: object,
  breaks: Break,
  state: string,
  advice: RegExp,
][] = [
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
    "a weak supply of a Raspberry Pi 5, whose kernel names the folder another way",
    {},
    file("/sys/devices/platform/soc@107c000000/soc@107c000000:firmware/get_throttled", "4"),
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
    /an arrival counter for each of 3 slices/,
  ],
  [
    "no nftables",
    counting(["slice1", "slice2", "slice3"]),
    failing("nft", "spawn nft ENOENT"),
    "fault",
    /install nftables/,
  ],
  [
    "an HTB class too few",
    { ...steering, actuate: { ...steering.actuate, classIds: ["1:11", "1:12"] } },
    () => undefined,
    "fault",
    /an HTB class for each of 3 slices/,
  ],
  [
    "a compute block below the kernel's smallest quota",
    { ...steering, actuate: { ...steering.actuate, compute: { ...compute, cpus: 1 } } },
    () => undefined,
    "fault",
    /a compute block of at least 1000/,
  ],
  [
    "limits that leave no allocation",
    { envelope: { fewestBlocks: 3, mostBlocks: 2 } },
    () => undefined,
    "fault",
    /envelope limits that leave an allocation/,
  ],
  [
    "a gateway that the area does not have",
    { ...box, actuate: { kind: "box", gateway: 99 } },
    () => undefined,
    "fault",
    /actuate\.gateway below/,
  ],
  [
    "no right to set rates",
    steering,
    file("/proc/self/status", "CapEff:\t0000000000000000"),
    "fault",
    /CAP_NET_ADMIN/,
  ],
  [
    "no right to set the transmit power",
    box,
    file("/proc/self/status", "CapEff:\tffffffffffffefff"),
    "fault",
    /CAP_NET_ADMIN/,
  ],
  [
    "classes of the actuator alone that are missing",
    { ...steering, actuate: { ...steering.actuate, classIds: ["1:11", "1:12", "1:14"] } },
    () => undefined,
    "fault",
    /tc class add/,
  ],
  [
    "a slice's class with others below it",
    steering,
    tcSays((printed) => printed.replace(/(1:12 .*) prio 0 quantum 1514/, "$1")),
    "fault",
    /no others below them/,
  ],
  [
    "a rate above the parent class's",
    steering,
    tcSays(
      (printed) => `${printed}class htb 1:1 root rate 10Mbit ceil 10Mbit burst 1b cburst 1b\n`,
    ),
    "warning",
    /raise that class/,
  ],
  [
    "observed groups that are missing beside steered ones that are there",
    {
      ...steering,
      observe: { ...steering.observe, compute: { ...compute, groups: ["a", "b", "c"] } },
    },
    () => undefined,
    "fault",
    /subtree_control/,
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
    "another agent on the same interface",
    steering,
    ({ probes }) => ({
      run: (command, args) =>
        command === "flock" && /if-\d+-7\.lock/.test(args[1] ?? "")
          ? Promise.reject(new Error("flock: 1"))
          : probes.run(command, args),
    }),
    "fault",
    /stop the agent that steers this/,
  ],
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
  ["a key that cannot be read", secured, () => undefined, "fault", /read its key/],
  ["a key that is none", secured, file("/k.pem", "hello"), "fault", /PEM private key/],
  ["a certificate that is none", secured, file("/c.pem", "hello"), "fault", /PEM/],
];
