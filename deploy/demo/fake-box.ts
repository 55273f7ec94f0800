import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Boxes whose settings can be imitated by plain files. */
export type BoxModel = "raspberry-pi-4" | "jetson-orin-nx";

interface CpuPolicy {
  readonly name: string;
  readonly cpus: readonly number[];
  readonly tableKhz: readonly number[];
  readonly minKhz: number;
  readonly driver: string;
  readonly governor: string;
}

/** 600 MHz to 1.5 GHz in steps of 100 MHz, one policy for all four cores. */
const raspberryPi4: readonly CpuPolicy[] = [
  {
    name: "policy0",
    cpus: [0, 1, 2, 3],
    tableKhz: Array.from({ length: 10 }, (_, i) => 600_000 + i * 100_000),
    minKhz: 600_000,
    driver: "cpufreq-dt",
    governor: "ondemand",
  },
];

/** 115.2 MHz to 1.984 GHz in steps of 76.8 MHz, a policy for each cluster of four cores. */
const orinTableKhz = [...Array.from({ length: 25 }, (_, i) => 115_200 + i * 76_800), 1_984_000];

/** Its power mode holds the smallest frequency at 729.6 MHz. */
const jetsonOrinNx: readonly CpuPolicy[] = [0, 4].map((first) => ({
  name: `policy${first}`,
  cpus: [first, first + 1, first + 2, first + 3],
  tableKhz: orinTableKhz,
  minKhz: 729_600,
  driver: "tegra194",
  governor: "schedutil",
}));

const policiesOf: Readonly<Record<BoxModel, readonly CpuPolicy[]>> = {
  "raspberry-pi-4": raspberryPi4,
  "jetson-orin-nx": jetsonOrinNx,
};

const readable = 0o444;
const writable = 0o644;
const ownerOnly = 0o400;

/** Name, content and mode of each file of a policy, as the kernel shows them. */
function filesOf({ cpus, tableKhz, minKhz, driver, governor }: CpuPolicy) {
  const [lowest, highest] = [tableKhz[0], tableKhz.at(-1)];
  return [
    ["affected_cpus", cpus.join(" "), readable],
    ["cpuinfo_cur_freq", highest, ownerOnly],
    ["cpuinfo_max_freq", highest, readable],
    ["cpuinfo_min_freq", lowest, readable],
    ["cpuinfo_transition_latency", 0, readable],
    ["related_cpus", cpus.join(" "), readable],
    ["scaling_available_frequencies", `${tableKhz.join(" ")} `, readable],
    ["scaling_available_governors", "ondemand performance schedutil ", readable],
    ["scaling_cur_freq", highest, readable],
    ["scaling_driver", driver, readable],
    ["scaling_governor", governor, writable],
    ["scaling_max_freq", highest, writable],
    ["scaling_min_freq", minKhz, writable],
    ["scaling_setspeed", "<unsupported>", writable],
  ] as const;
}

function buildCpu(cpuFolder: string, policy: CpuPolicy): void {
  const folder = join(cpuFolder, "cpufreq", policy.name);
  mkdirSync(folder, { recursive: true });
  for (const [name, content, mode] of filesOf(policy)) {
    writeFileSync(join(folder, name), `${content}\n`);
    chmodSync(join(folder, name), mode);
  }
  for (const cpu of policy.cpus) {
    const core = join(cpuFolder, `cpu${cpu}`);
    mkdirSync(core);
    symlinkSync(`../cpufreq/${policy.name}`, join(core, "cpufreq"));
  }
}

/** What iw prints of one interface on channel 36, in a country that permits 23 dBm there. */
const iwScript = `#!/bin/sh
# A stand-in for iw(8): one interface, wlan0, whose power is the file beside it. No radio is touched.
state="$(dirname "$0")/wlan0.txpower-mbm"
limit=2000
case "$*" in
"dev wlan0 info")
  read -r mbm < "$state"
  printf 'Interface wlan0\\n\\tifindex 3\\n\\twdev 0x1\\n\\taddr 02:00:00:00:00:01\\n\\tssid fake\\n\\ttype AP\\n\\twiphy 0\\n'
  printf '\\tchannel 36 (5180 MHz), width: 80 MHz, center1: 5210 MHz\\n'
  printf '\\ttxpower %d.%02d dBm\\n' $((mbm / 100)) $((mbm % 100)) ;;
"reg get")
  printf 'global\\ncountry DE: DFS-ETSI\\n\\t(2400 - 2483 @ 40), (N/A, 20), (N/A)\\n'
  printf '\\t(5150 - 5250 @ 80), (N/A, 23), (N/A), NO-OUTDOOR, AUTO-BW\\n' ;;
"phy phy0 info")
  printf 'Wiphy phy0\\n\\tBand 2:\\n\\t\\tFrequencies:\\n'
  printf '\\t\\t\\t* 5180 MHz [36] (20.0 dBm)\\n\\t\\t\\t* 5260 MHz [52] (20.0 dBm) (no IR, radar detection)\\n' ;;
"dev wlan0 set txpower fixed "*)
  mbm=$6
  if [ "$mbm" -gt "$limit" ]; then mbm=$limit; fi
  echo "$mbm" > "$state" ;;
*)
  echo "fake iw: no such command: $*" >&2
  exit 1 ;;
esac
`;

/** A box made of plain files: nothing of the machine is touched through it. */
export class FakeBox {
  readonly model: BoxModel;
  /** Stands for /sys. */
  readonly sysRoot: string;
  /** Stands for iw. */
  readonly iw: string;
  readonly device = "wlan0";
  private readonly powerFile: string;

  constructor(folder: string, model: BoxModel) {
    this.model = model;
    this.sysRoot = join(folder, "sys");
    this.iw = join(folder, "iw");
    this.powerFile = join(folder, "wlan0.txpower-mbm");
  }

  build(): void {
    const cpuFolder = join(this.sysRoot, "devices/system/cpu");
    for (const policy of policiesOf[this.model]) buildCpu(cpuFolder, policy);
    mkdirSync(join(this.sysRoot, "class/net", this.device), { recursive: true });
    writeFileSync(this.iw, iwScript, { mode: 0o755 });
    writeFileSync(this.powerFile, "2000\n");
  }

  /** The files that hold its caps, one a policy. */
  get capFiles(): readonly string[] {
    const folder = join(this.sysRoot, "devices/system/cpu/cpufreq");
    return policiesOf[this.model].map(({ name }) => join(folder, name, "scaling_max_freq"));
  }

  /** What its settings are now: the caps in kHz, and the transmit power in mBm. */
  settings(): { readonly capsKhz: readonly number[]; readonly powerMbm: number } {
    const number = (path: string) => Number(readFileSync(path, "utf8"));
    return { capsKhz: this.capFiles.map(number), powerMbm: number(this.powerFile) };
  }
}
