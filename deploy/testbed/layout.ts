import { namespaceName, type RunIdentity } from "./run-identity.ts";

/** The network of one run: an access point, the air as a bridge, and the users behind it. */
export interface TestbedLayout {
  readonly accessPoint: string;
  readonly air: string;
  readonly users: readonly string[];
  /** The access point's interface towards its users; the slices share its egress. */
  readonly device: string;
  readonly parent: string;
  readonly classIds: readonly string[];
  readonly linkKbitPerS: number;
}

export interface Program {
  readonly command: "ip" | "tc";
  readonly args: readonly string[];
}

export const userPort = 7000;
export const burstBytes = 1600;
export const quantumBytes = 1514;

/** Packets a slice's queue holds; 0.2 s of full packets at an equal share of 54 Mbit/s. */
const queuePackets = 300;

export function layoutOf(
  run: RunIdentity,
  userNamespaces: number,
  slices: number,
  linkKbitPerS: number,
): TestbedLayout {
  return {
    accessPoint: namespaceName(run, "ap"),
    air: namespaceName(run, "air"),
    users: Array.from({ length: userNamespaces }, (_, user) => namespaceName(run, `user${user}`)),
    device: "air0",
    parent: "1:1",
    classIds: Array.from({ length: slices }, (_, slice) => `1:1${slice + 1}`),
    linkKbitPerS,
  };
}

export function namespacesOf(layout: TestbedLayout): string[] {
  return [layout.accessPoint, layout.air, ...layout.users];
}

const prefixLength = 24;
const accessPointAddress = "10.0.0.1";
const accessPointMac = "02:00:00:00:00:01";

export function userAddress(user: number): string {
  return `10.0.0.${user + 2}`;
}

function userMac(user: number): string {
  return `02:00:00:00:00:${(user + 2).toString(16).padStart(2, "0")}`;
}

function ip(text: string): Program {
  return { command: "ip", args: text.split(" ") };
}

/** One end of a veth in a namespace, the other a port of the air's bridge. */
function attach(layout: TestbedLayout, namespace: string, port: string, mac: string): Program[] {
  const { air, device } = layout;
  return [
    ip(
      `-n ${namespace} link add ${device} address ${mac} type veth peer name ${port} netns ${air}`,
    ),
    ip(`-n ${namespace} link set ${device} addrgenmode none`),
    ip(`-n ${air} link set ${port} addrgenmode none`),
    ip(`-n ${air} link set ${port} master br0 up`),
    ip(`-n ${namespace} link set ${device} up`),
    ip(`-n ${namespace} link set lo up`),
  ];
}

/** Permanent neighbours: no address resolution among the measured packets. */
function introduce(layout: TestbedLayout, user: number): Program[] {
  const namespace = layout.users[user] as string;
  const neighbour = (in_: string, address: string, mac: string) =>
    ip(`-n ${in_} neigh add ${address} lladdr ${mac} nud permanent dev ${layout.device}`);
  return [
    neighbour(layout.accessPoint, userAddress(user), userMac(user)),
    neighbour(namespace, accessPointAddress, accessPointMac),
  ];
}

/** Rates of an equal split, whole kbit/s. */
export function equalKbitPerS(layout: TestbedLayout): number {
  return Math.floor(layout.linkKbitPerS / layout.classIds.length);
}

function slicing(layout: TestbedLayout): Program[] {
  const { accessPoint, device, parent, classIds, linkKbitPerS } = layout;
  const tc = (text: string): Program => ({
    command: "tc",
    args: ["-n", accessPoint, ...text.split(" ")],
  });
  const shape = (kbit: number) =>
    `htb rate ${kbit}kbit ceil ${kbit}kbit burst ${burstBytes} cburst ${burstBytes} quantum ${quantumBytes}`;
  return [
    tc(`qdisc add dev ${device} root handle 1: htb`),
    tc(`class add dev ${device} parent 1: classid ${parent} ${shape(linkKbitPerS)}`),
    ...classIds.flatMap((classId, slice) => [
      tc(
        `class add dev ${device} parent ${parent} classid ${classId} ${shape(equalKbitPerS(layout))}`,
      ),
      tc(`qdisc add dev ${device} parent ${classId} pfifo limit ${queuePackets}`),
      tc(
        `filter add dev ${device} parent 1: protocol ip prio 1 u32 match ip dport ${userPort + slice} 0xffff flowid ${classId}`,
      ),
    ]),
  ];
}

/** Every program that makes the network, in order. Slices start as equal shares. */
export function buildPrograms(layout: TestbedLayout): Program[] {
  const { accessPoint, air, users, device } = layout;
  return [
    ...namespacesOf(layout).map((namespace) => ip(`netns add ${namespace}`)),
    ip(`-n ${air} link add br0 type bridge forward_delay 0 stp_state 0 mcast_snooping 0`),
    ip(`-n ${air} link set br0 addrgenmode none`),
    ip(`-n ${air} link set br0 up`),
    ...attach(layout, accessPoint, "ap0", accessPointMac),
    ip(`-n ${accessPoint} addr add ${accessPointAddress}/${prefixLength} dev ${device}`),
    ...users.flatMap((namespace, user) => [
      ...attach(layout, namespace, `user${user}`, userMac(user)),
      ip(`-n ${namespace} addr add ${userAddress(user)}/${prefixLength} dev ${device}`),
      ...introduce(layout, user),
    ]),
    ...slicing(layout),
  ];
}
