import { namespaceName, type RunIdentity } from "./run-identity.ts";

/** An access point: a namespace whose interface the slices share, in both directions. */
export interface AccessPoint {
  readonly namespace: string;
  readonly address: string;
  /** Its port of the air's bridge. */
  readonly port: string;
}

/** The network of one run: access points and a namespace of all users, on one bridge, the air. */
export interface TestbedLayout {
  readonly accessPoints: readonly AccessPoint[];
  readonly users: string;
  readonly air: string;
  readonly parent: string;
  readonly classIds: readonly string[];
  readonly linkKbitPerS: number;
}

export interface Program {
  readonly command: "ip" | "tc" | "iptables";
  readonly args: readonly string[];
}

export const basePort = 7000;
export const delayReportPort = 6999;
export const burstBytes = 1600;
export const quantumBytes = 1514;

/** The interface of every namespace; on an access point its egress is the downlink. */
export const downlinkDevice = "air0";

/** What arrives at an access point goes through this one, whose egress is the uplink. */
export const uplinkDevice = "ifb0";

export const usersAddress = "10.0.0.254";
const usersMac = "02:00:00:00:00:fe";
const prefixLength = 24;

/** Packets a slice's queue holds; 0.2 s of full packets at an equal share of 36 Mbit/s. */
const queuePackets = 200;

export function layoutOf(
  run: RunIdentity,
  accessPoints: number,
  slices: number,
  linkKbitPerS: number,
): TestbedLayout {
  return {
    accessPoints: Array.from({ length: accessPoints }, (_, b) => ({
      namespace: namespaceName(run, `ap${b}`),
      address: `10.0.0.${b + 1}`,
      port: `ap${b}`,
    })),
    users: namespaceName(run, "users"),
    air: namespaceName(run, "air"),
    parent: "1:1",
    classIds: Array.from({ length: slices }, (_, slice) => `1:1${slice + 1}`),
    linkKbitPerS,
  };
}

export function namespacesOf({ accessPoints, users, air }: TestbedLayout): string[] {
  return [...accessPoints.map(({ namespace }) => namespace), users, air];
}

function macOf(accessPoint: number): string {
  return `02:00:00:00:00:${(accessPoint + 1).toString(16).padStart(2, "0")}`;
}

function program(command: Program["command"], text: string): Program {
  return { command, args: text.split(" ") };
}

const ip = (text: string) => program("ip", text);
const tc = (namespace: string, text: string) => program("tc", `-n ${namespace} ${text}`);

/** One end of a veth in a namespace, the other a port of the air's bridge. */
function attach(air: string, namespace: string, port: string, mac: string): Program[] {
  const device = downlinkDevice;
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
function introduce(layout: TestbedLayout, accessPoint: number): Program[] {
  const { namespace, address } = layout.accessPoints[accessPoint] as AccessPoint;
  const neighbour = (within: string, of: string, mac: string) =>
    ip(`-n ${within} neigh add ${of} lladdr ${mac} nud permanent dev ${downlinkDevice}`);
  return [
    neighbour(namespace, usersAddress, usersMac),
    neighbour(layout.users, address, macOf(accessPoint)),
  ];
}

/** Rates of an equal split, whole kbit/s. */
function equalKbitPerS({ linkKbitPerS, classIds }: TestbedLayout): number {
  return Math.floor(linkKbitPerS / classIds.length);
}

function slicing(layout: TestbedLayout, namespace: string, device: string): Program[] {
  const { parent, classIds, linkKbitPerS } = layout;
  const shape = (kbit: number) =>
    `htb rate ${kbit}kbit ceil ${kbit}kbit burst ${burstBytes} cburst ${burstBytes} quantum ${quantumBytes}`;
  const equal = shape(equalKbitPerS(layout));
  return [
    tc(namespace, `qdisc add dev ${device} root handle 1: htb`),
    tc(namespace, `class add dev ${device} parent 1: classid ${parent} ${shape(linkKbitPerS)}`),
    ...classIds.flatMap((classId, slice) => [
      tc(namespace, `class add dev ${device} parent ${parent} classid ${classId} ${equal}`),
      tc(namespace, `qdisc add dev ${device} parent ${classId} pfifo limit ${queuePackets}`),
      tc(
        namespace,
        `filter add dev ${device} parent 1: protocol ip prio 1 u32 match ip dport ${basePort + slice} 0xffff flowid ${classId}`,
      ),
    ]),
  ];
}

/** What arrives takes its way through an IFB, where it can be shaped as if it were leaving. */
function redirect(namespace: string): Program[] {
  return [
    ip(`-n ${namespace} link add ${uplinkDevice} type ifb`),
    ip(`-n ${namespace} link set ${uplinkDevice} addrgenmode none`),
    ip(`-n ${namespace} link set ${uplinkDevice} up`),
    tc(namespace, `qdisc add dev ${downlinkDevice} handle ffff: ingress`),
    tc(
      namespace,
      `filter add dev ${downlinkDevice} parent ffff: protocol ip prio 1 u32 match u32 0 0 action mirred egress redirect dev ${uplinkDevice}`,
    ),
  ];
}

/** Every program that makes the network, in order. Slices start as equal shares. */
export function buildPrograms(layout: TestbedLayout): Program[] {
  const { accessPoints, users, air } = layout;
  return [
    ...namespacesOf(layout).map((namespace) => ip(`netns add ${namespace}`)),
    ip(`-n ${air} link add br0 type bridge forward_delay 0 stp_state 0 mcast_snooping 0`),
    ip(`-n ${air} link set br0 addrgenmode none`),
    ip(`-n ${air} link set br0 up`),
    ...attach(air, users, "users", usersMac),
    ip(`-n ${users} addr add ${usersAddress}/${prefixLength} dev ${downlinkDevice}`),
    ...accessPoints.flatMap(({ namespace, address, port }, b) => [
      ...attach(air, namespace, port, macOf(b)),
      ip(`-n ${namespace} addr add ${address}/${prefixLength} dev ${downlinkDevice}`),
      ...introduce(layout, b),
      ...redirect(namespace),
      ...slicing(layout, namespace, downlinkDevice),
      ...slicing(layout, namespace, uplinkDevice),
    ]),
  ];
}
