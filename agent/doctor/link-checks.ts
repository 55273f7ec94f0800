import { parseClassSettings } from "../actuate/tc/class-settings.ts";
import type { TcActuatorConfig } from "../actuate/tc/config.ts";
import { type HtbClass, parseHtbClasses } from "../actuate/tc/htb-classes.ts";
import type { AgentConfig } from "../config.ts";
import { type Check, type Finding, fault, ok, type Probes, reasonOf, warning } from "./finding.ts";

interface Link {
  readonly device: string;
  readonly classIds: readonly string[];
  readonly transport: TcActuatorConfig["transport"];
  /** Rate that is shared out there; absent where it is only observed. */
  readonly linkKbitPerS?: number;
}

/** Interfaces that are observed or steered. */
function linksOf({ observe, actuate }: AgentConfig): Link[] {
  const ports: Link[] = [observe, actuate].filter((port) => port.kind === "tc");
  const uplink = actuate.kind === "tc" ? actuate.uplink : null;
  return uplink === null ? ports : [...ports, uplink];
}

function classFinding(text: string, { device, classIds }: Link): Finding {
  const check = `link ${device}`;
  const classes = parseHtbClasses(text);
  const missing = classIds.filter((classId) => !classes.has(classId));
  if (missing.length > 0) {
    const advice = "make them with `tc class add … htb`, or name those there are as `classIds`";
    return fault(check, `no HTB class ${missing.join(", ")}`, advice);
  }
  try {
    for (const classId of classIds) parseClassSettings(text, classId);
    return ok(check, `HTB classes ${classIds.join(", ")}`);
  } catch (error) {
    const advice = "name classes that have no others below them: traffic waits in leaves alone";
    return fault(check, reasonOf(error), advice);
  }
}

/** Rates that the class above does not have are guaranteed to every slice, and kept to none. */
function parentFindings(text: string, { device, classIds, linkKbitPerS = 0 }: Link): Finding[] {
  const classes = parseHtbClasses(text);
  const parents = new Set(classIds.map((classId) => parseClassSettings(text, classId).parent));
  return [...parents].flatMap((parent) => {
    const above: HtbClass | undefined = classes.get(parent);
    if (above === undefined || linkKbitPerS * 1e3 <= above.ceilBitPerS) return [];
    const found = `linkKbitPerS ${linkKbitPerS}, ${parent} above has ${above.ceilBitPerS / 1e3} kbit/s`;
    const advice = "lower `linkKbitPerS`, or raise that class: slices are given more than there is";
    return [warning(`link ${device}`, found, advice)];
  });
}

async function linkFindings(link: Link, probes: Probes): Promise<Finding[]> {
  const { device } = link;
  let text: string;
  try {
    text = await probes.run("tc", ["-raw", "-d", "class", "show", "dev", device]);
  } catch (error) {
    const advice = "install iproute2, and name an interface that `ip link` shows as `device`";
    return [fault(`link ${device}`, reasonOf(error), advice)];
  }
  const finding = classFinding(text, link);
  return finding.state === "ok" ? [finding, ...parentFindings(text, link)] : [finding];
}

/** Interfaces and their HTB classes. */
export const checkLinks: Check = async (config, probes) => {
  const findings = await Promise.all(linksOf(config).map((link) => linkFindings(link, probes)));
  const distinct = new Map(findings.flat().map((found) => [JSON.stringify(found), found]));
  return [...distinct.values()];
};

/** How the classes are read and changed. */
export const checkTransport: Check = (config, probes) => {
  const check = "transport";
  const wanted = linksOf(config)
    .map(({ transport }) => transport)
    .filter((transport) => transport !== "tc");
  if (wanted.length === 0) return [];
  if (probes.netlink()) return [ok(check, "netlink")];
  if (!wanted.includes("netlink")) return [ok(check, "tc, since koffi does not load")];
  return [fault(check, "koffi does not load", "install it, or set `transport: auto`")];
};
