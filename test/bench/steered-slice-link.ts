import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const slices = [1, 2, 3];

function run(command: string, ...args: string[]): void {
  execFileSync(command, args, { stdio: ["ignore", "ignore", "pipe"] });
}

/** An HTB class per slice in a network namespace of its own, and a v1 CPU cgroup per slice. */
export class SteeredSliceLink {
  readonly namespace = `slotwise-bench-${process.pid}`;
  readonly device = "air0";
  /** `ip netns exec` shows a /sys without mounts, so the cgroups are mounted here too. */
  readonly cgroupRoot = mkdtempSync(join(tmpdir(), "slotwise-bench-"));
  readonly groups = slices.map((slice) => `${this.namespace}/${slice}`);

  /** @throws Error where this is not root, or the kernel lacks what is needed */
  build(): void {
    run("ip", "netns", "add", this.namespace);
    this.inside("ip link add air0 type veth peer name air1");
    for (const device of ["air0", "air1"]) this.inside(`ip link set ${device} up`);
    this.inside("tc qdisc add dev air0 root handle 1: htb default 11");
    this.inside("tc class add dev air0 parent 1: classid 1:1 htb rate 54Mbit");
    for (const slice of slices) {
      this.inside(
        `tc class add dev air0 parent 1:1 classid 1:1${slice} htb rate 18Mbit quantum 1514`,
      );
      this.inside(`tc qdisc add dev air0 parent 1:1${slice} handle 1${slice}: pfifo limit 300`);
    }
    for (const controller of ["cpu", "cpuacct"]) {
      mkdirSync(join(this.cgroupRoot, controller));
      run("mount", "--bind", `/sys/fs/cgroup/${controller}`, join(this.cgroupRoot, controller));
      for (const group of this.groups) {
        mkdirSync(join(this.cgroupRoot, controller, group), { recursive: true });
      }
    }
  }

  /** Removes what there is of it; the guardian of an agent that was killed may still be at work. */
  remove(): void {
    const attempt = (work: () => void) => {
      try {
        work();
      } catch {
        return;
      }
    };
    for (const controller of ["cpu", "cpuacct"]) {
      const folder = join(this.cgroupRoot, controller);
      for (const group of this.groups) attempt(() => rmdirSync(join(folder, group)));
      attempt(() => rmdirSync(join(folder, this.namespace)));
      attempt(() => run("umount", "--lazy", folder));
    }
    attempt(() => run("ip", "netns", "del", this.namespace));
    attempt(() => rmSync(this.cgroupRoot, { recursive: true, maxRetries: 5 }));
  }

  private inside(command: string): void {
    run("ip", "netns", "exec", this.namespace, ...command.split(" "));
  }
}
