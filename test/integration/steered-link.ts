import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const slices = [1, 2, 3];
const files = ["cpu.cfs_quota_us", "cpu.cfs_period_us", "cpu.cfs_burst_us"];

function run(command: string, ...args: string[]): string {
  return execFileSync(command, args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

/**
 * A link with HTB classes in a network namespace of its own, and real v1 cgroups, with settings that
 * no agent would choose: priorities, bursts and quanta, periods and quotas all differ.
 */
export class SteeredLink {
  readonly namespace: string;
  readonly folder: string;
  readonly config: string;
  readonly journal: string;
  /** `ip netns exec` shows a /sys without mounts, so the cgroups are mounted here too. */
  private readonly cgroups: string;
  private readonly group: string;

  constructor(name: string) {
    this.namespace = `slotwise-${name}-${process.pid}`;
    this.folder = mkdtempSync(join(tmpdir(), `${this.namespace}-`));
    this.cgroups = join(this.folder, "cgroup");
    this.group = join(this.cgroups, "cpu", this.namespace);
    this.config = join(this.folder, "agent.json");
    this.journal = join(this.folder, "run/agent.restore");
  }

  /** @throws Error where this machine lacks what is needed */
  build(): void {
    run("ip", "netns", "add", this.namespace);
    this.inside("ip", "link", "add", "air0", "type", "veth", "peer", "name", "air1");
    for (const device of ["air0", "air1"]) this.inside("ip", "link", "set", device, "up");
    this.tc("qdisc add dev air0 root handle 1: htb default 11");
    this.tc("class add dev air0 parent 1: classid 1:1 htb rate 54Mbit ceil 54Mbit quantum 60000");
    for (const [i, burst] of [1600, 15_360, 4999].entries()) {
      const rate = `prio ${i + 1} rate ${17 + i}777777bit ceil ${54 - i}Mbit`;
      const shaping = `burst ${burst} cburst ${3000 + 7 * i} quantum ${2000 + i}`;
      this.tc(`class add dev air0 parent 1:1 classid 1:1${i + 1} htb ${rate} ${shaping}`);
      this.tc(`qdisc add dev air0 parent 1:1${i + 1} handle 1${i + 1}: pfifo limit 300`);
    }
    mkdirSync(join(this.cgroups, "cpu"), { recursive: true });
    run("mount", "--bind", "/sys/fs/cgroup/cpu", join(this.cgroups, "cpu"));
    mkdirSync(this.group);
    for (const slice of slices) this.buildGroup(slice);
    writeFileSync(this.config, JSON.stringify(this.agentConfig(this.journal)));
  }

  /** Of another agent on the same link, with a journal of its own. */
  secondConfig(): string {
    const path = join(this.folder, "second.json");
    writeFileSync(path, JSON.stringify(this.agentConfig(join(this.folder, "second.restore"))));
    return path;
  }

  /** Everything that is steered, as the kernel shows it. */
  state(): string {
    const classes = this.inside("tc", "-raw", "-d", "class", "show", "dev", "air0");
    const qdiscs = this.inside("tc", "-d", "qdisc", "show", "dev", "air0");
    const quotas = slices.map((slice) => this.quota(slice).join(" "));
    return [classes, qdiscs, ...quotas].join("\n");
  }

  /** Removes all of it, once nothing runs in it. */
  remove(): void {
    for (const slice of slices) rmdirSync(join(this.group, String(slice)));
    rmdirSync(this.group);
    run("umount", join(this.cgroups, "cpu"));
    run("ip", "netns", "del", this.namespace);
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  private buildGroup(slice: number): void {
    const folder = join(this.group, String(slice));
    mkdirSync(folder);
    if (slice === 1) return;
    writeFileSync(join(folder, "cpu.cfs_period_us"), String(20_000 * slice));
    writeFileSync(join(folder, "cpu.cfs_quota_us"), String(7000 * slice));
    writeFileSync(join(folder, "cpu.cfs_burst_us"), String(slice === 2 ? 0 : 1500));
  }

  private quota(slice: number): string[] {
    return files.map((name) => readFileSync(join(this.group, String(slice), name), "utf8").trim());
  }

  private agentConfig(journal: string): object {
    const groups = slices.map((slice) => `${this.namespace}/${slice}`);
    return {
      observe: { kind: "drawn" },
      actuate: {
        kind: "tc",
        device: "air0",
        linkKbitPerS: 54_000,
        compute: { root: this.cgroups, groups, cpus: 1.8 },
        journal,
      },
      policy: { model: "random" },
    };
  }

  private inside(command: string, ...args: string[]): string {
    return run("ip", "netns", "exec", this.namespace, command, ...args);
  }

  private tc(line: string): void {
    this.inside("tc", ...line.split(" "));
  }
}
