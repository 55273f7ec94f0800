import { join } from "node:path";
import { findHierarchy } from "../actuate/cgroup/hierarchy.ts";
import { readQuota } from "../actuate/cgroup/quota-plan.ts";
import type { AgentConfig } from "../config.ts";
import { arrivedBits } from "../observe/nft/arrival-counters.ts";
import { type Check, type Finding, fault, ok, type Probes, reasonOf, warning } from "./finding.ts";

/** Counters of what is sent to the slices. */
export const checkArrivals: Check = async ({ observe }, probes) => {
  if (observe.kind !== "tc" || observe.arrivals === null) return [];
  const { arrivals } = observe;
  const check = "arrival counters";
  const { family, table } = arrivals;
  try {
    arrivedBits(
      await probes.run("nft", ["-j", "list", "counters", "table", family, table]),
      arrivals,
    );
    return [ok(check, `${arrivals.counters.join(", ")} in ${family} ${table}`)];
  } catch (error) {
    const advice = `install nftables, and make them: nft add counter ${family} ${table} NAME`;
    return [fault(check, reasonOf(error), advice)];
  }
};

interface Groups {
  readonly root: string;
  readonly groups: readonly string[];
}

function groupFinding(check: string, { root, groups }: Groups, writes: boolean, probes: Probes) {
  const { files } = probes;
  try {
    const { version, folder } = findHierarchy(files, root);
    for (const group of groups) {
      readQuota(files, version, join(folder, group));
      const file = join(folder, group, version === "v2" ? "cpu.max" : "cpu.cfs_quota_us");
      if (writes && !files.writable(file)) {
        return fault(check, `${file} cannot be written`, "run the agent as root (User=root)");
      }
    }
    return ok(check, `${groups.length} groups, ${version}`);
  } catch (error) {
    const reason = reasonOf(error);
    const advice = reason.startsWith("no CPU quota")
      ? "make the group, and on v2 switch its controller on: echo +cpu > PARENT/cgroup.subtree_control"
      : "mount cgroups, or name where they are as `root`";
    return fault(check, reason, advice);
  }
}

/** Cgroups of the slices, as observed and as steered. */
export const checkCgroups: Check = (config, probes) => {
  const observed = config.observe.kind === "tc" ? config.observe.compute : null;
  const steered = steeredGroups(config);
  return [
    ...(observed === null ? [] : [groupFinding("observed cgroups", observed, false, probes)]),
    ...(steered === null ? [] : [groupFinding("steered cgroups", steered, true, probes)]),
  ];
};

/** CPU frequency caps and the wireless interface of a box. */
export const checkBox: Check = async ({ actuate }, probes) => {
  if (actuate.kind !== "box") return [];
  const findings: Finding[] = [];
  const { files } = probes;
  const folder = join(actuate.sysRoot, "devices/system/cpu/cpufreq");
  const policies = files.list(folder).filter((name) => /^policy\d+$/.test(name));
  const caps = policies.map((name) => join(folder, name, "scaling_max_freq"));
  if (actuate.frequency) {
    const check = "CPU frequency";
    const advice = "run the agent as root, or set `frequency: false`";
    if (caps.length === 0)
      findings.push(fault(check, `no policy in ${folder}`, "set `frequency: false`"));
    else if (!caps.every((cap) => files.writable(cap)))
      findings.push(fault(check, "scaling_max_freq cannot be written", advice));
    else findings.push(ok(check, `${caps.length} policies`));
  }
  if (actuate.wireless === null) return findings;
  const { command, device } = actuate.wireless;
  try {
    await probes.run(command, ["dev", device, "info"]);
    return [...findings, ok(`radio ${device}`, "answers")];
  } catch (error) {
    const advice = "install iw, and name an interface that `iw dev` shows as `device`";
    return [...findings, fault(`radio ${device}`, reasonOf(error), advice)];
  }
};

function steeredGroups({ actuate }: AgentConfig) {
  if (actuate.kind === "cgroup") return actuate;
  return actuate.kind === "tc" ? actuate.compute : null;
}

const scaling = "scaling";

function cpuFindings(config: AgentConfig, there: number): Finding[] {
  const observed = config.observe.kind === "tc" ? config.observe.compute?.cpus : undefined;
  const steered = steeredGroups(config)?.cpus;
  const findings: Finding[] = [];
  if (observed !== undefined && steered !== undefined && observed !== steered) {
    const found = `observe.compute.cpus ${observed}, actuate.compute.cpus ${steered}`;
    const advice = "give both the CPUs that the scenario's compute stands for";
    findings.push(warning(scaling, found, advice));
  }
  const cpus = steered ?? observed ?? 0;
  if (cpus > there) {
    const found = `${cpus} CPUs shared out, ${there} there`;
    findings.push(fault(scaling, found, "lower `cpus`: quotas beyond the machine bind nothing"));
  }
  return findings;
}

function rateFindings({ actuate }: AgentConfig, probes: Probes): Finding[] {
  if (actuate.kind !== "tc") return [];
  const speedMbit = Number(probes.files.read(`/sys/class/net/${actuate.device}/speed`) ?? -1);
  if (!(speedMbit > 0 && actuate.linkKbitPerS > speedMbit * 1e3)) return [];
  const found = `linkKbitPerS ${actuate.linkKbitPerS}, the interface has ${speedMbit} Mbit/s`;
  return [warning(scaling, found, "lower `linkKbitPerS`: rates beyond the link bind nothing")];
}

/** Units: what the counters and the actuators take a budget for must agree, and exist. */
export const checkScaling: Check = (config, probes) => {
  if (config.system !== "slicing") return [];
  const findings = [...cpuFindings(config, probes.cpus()), ...rateFindings(config, probes)];
  return findings.length === 0 ? [ok(scaling, "budgets agree")] : findings;
};
