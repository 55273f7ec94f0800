import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CgroupVersion } from "../../agent/actuate/cgroup/hierarchy.ts";
import { SteeredGroups } from "./steered-groups.ts";

function run(command: string, ...args: string[]): string {
  return execFileSync(command, args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

const bursts = [1600, 15_360, 4999];

/**
 * A link with HTB classes in a network namespace of its own, and real cgroups, with settings that
 * no agent would choose: priorities, bursts and quanta, periods and quotas all differ.
 */
export class SteeredLink {
  readonly namespace: string;
  readonly folder: string;
  readonly config: string;
  readonly journal: string;
  private readonly groups: SteeredGroups;
  private readonly queues: readonly string[];

  /** @param queues the qdisc of each class; not steered, but neither to be lost */
  constructor(
    name: string,
    version: CgroupVersion = "v1",
    queues = Array<string>(3).fill("pfifo limit 300"),
  ) {
    this.namespace = `slotwise-${name}-${process.pid}`;
    this.folder = mkdtempSync(join(tmpdir(), `${this.namespace}-`));
    this.groups = new SteeredGroups(version, join(this.folder, "cgroup"), this.namespace);
    this.queues = queues;
    this.config = join(this.folder, "agent.json");
    this.journal = join(this.folder, "run/agent.restore");
  }

  /** @throws Error where this machine lacks what is needed; what was built by then is removed */
  build(): void {
    try {
      this.buildLink();
      this.groups.build();
      writeFileSync(this.config, JSON.stringify(this.agentConfig(this.journal)));
    } catch (error) {
      this.remove();
      throw error;
    }
  }

  /** @param i 0 to 2 */
  addClass(i: number): void {
    const rate = `prio ${i + 1} rate ${17 + i}777777bit ceil ${54 - i}Mbit`;
    const shaping = `burst ${bursts[i]} cburst ${3000 + 7 * i} quantum ${2000 + i}`;
    this.tc(`class add dev air0 parent 1:1 classid 1:1${i + 1} htb ${rate} ${shaping}`);
    this.tc(`qdisc add dev air0 parent 1:1${i + 1} handle 1${i + 1}: ${this.queues[i]}`);
  }

  removeClass(i: number): void {
    this.tc(`class del dev air0 classid 1:1${i + 1}`);
  }

  /** Of another agent on the same link by any of its names, with a journal of its own. */
  secondConfig(device: string): string {
    const path = join(this.folder, "second.json");
    const config = this.agentConfig(join(this.folder, "second.restore"), device);
    writeFileSync(path, JSON.stringify(config));
    return path;
  }

  /** Gives the link another name beside its own. */
  addName(name: string): void {
    this.inside("ip", "link", "property", "add", "dev", "air0", "altname", name);
  }

  /** Everything that is steered, as the kernel shows it. */
  state(): string {
    const classes = this.inside("tc", "-raw", "-d", "class", "show", "dev", "air0");
    const qdiscs = this.inside("tc", "-d", "qdisc", "show", "dev", "air0");
    return [classes, qdiscs, this.groups.state()].join("\n");
  }

  /** Removes what there is of it, and ends what a failed test has left running in it. */
  remove(): void {
    const built = existsSync(`/run/netns/${this.namespace}`);
    if (built) this.endProcesses();
    this.groups.remove();
    if (built) run("ip", "netns", "del", this.namespace);
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  private endProcesses(): void {
    const running = () => run("ip", "netns", "pids", this.namespace).split("\n").filter(Boolean);
    for (let pids = running(); pids.length > 0; pids = running()) {
      for (const pid of pids) {
        try {
          process.kill(Number(pid), "SIGKILL");
        } catch {
          // It has ended by itself.
        }
      }
    }
  }

  private buildLink(): void {
    run("ip", "netns", "add", this.namespace);
    this.inside("ip", "link", "add", "air0", "type", "veth", "peer", "name", "air1");
    for (const device of ["air0", "air1"]) this.inside("ip", "link", "set", device, "up");
    this.tc("qdisc add dev air0 root handle 1: htb default 11");
    this.tc("class add dev air0 parent 1: classid 1:1 htb rate 54Mbit ceil 54Mbit quantum 60000");
    for (const i of bursts.keys()) this.addClass(i);
  }

  private agentConfig(journal: string, device = "air0"): object {
    const { root, names: groups } = this.groups;
    return {
      observe: { kind: "drawn" },
      actuate: {
        kind: "tc",
        device,
        linkKbitPerS: 54_000,
        compute: { root, groups, cpus: 1.8 },
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
