import { execFileSync } from "node:child_process";

const port = 1883;
const airDevice = "air0";
const siteAddress = "10.83.0.1";
const agentAddress = "10.83.0.2";

function run(command: string, ...args: string[]): string {
  return execFileSync(command, args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

/** What stands in the way of such a link here; undefined when nothing does. */
export function linkFaultsUnavailable(): string | undefined {
  const probe = `slotwise-probe-${process.pid}`;
  try {
    run("ip", "netns", "add", probe);
  } catch (error) {
    return String(error);
  }
  try {
    run("ip", "netns", "exec", probe, "nft", "list", "ruleset");
    return undefined;
  } catch (error) {
    return String(error);
  } finally {
    run("ip", "netns", "del", probe);
  }
}

/**
 * A site and an agent's box, each in a network namespace of its own, and the link between them, which
 * can be made bad. Faults drop packets where they arrive, so senders see nothing but silence. The site
 * can be watched from here over a link of its own, which stays good.
 */
export class FaultyLink {
  readonly site = `slotwise-site-${process.pid}`;
  readonly box = `slotwise-box-${process.pid}`;
  readonly brokerHost = "0.0.0.0";
  readonly brokerPort = port;
  /** The broker as the box reaches it, as the site does, and as this process does. */
  readonly fromBox = `mqtt://${siteAddress}:${port}`;
  readonly fromSite = `mqtt://127.0.0.1:${port}`;
  readonly fromHere: string;
  private readonly watch = `sw${process.pid}`;
  private readonly watchNet = `198.18.${process.pid % 256}`;

  constructor() {
    this.fromHere = `mqtt://${this.watchNet}.1:${port}`;
  }

  /** @throws Error where this machine lacks what is needed */
  build(): void {
    const { site, box, watch, watchNet } = this;
    for (const namespace of [site, box]) run("ip", "netns", "add", namespace);
    this.ip(`-n ${site} link add ${airDevice} type veth peer name ${airDevice} netns ${box}`);
    this.ip(`link add ${watch} type veth peer name watch0 netns ${site}`);
    this.ip(`-n ${site} addr add ${siteAddress}/30 dev ${airDevice}`);
    this.ip(`-n ${box} addr add ${agentAddress}/30 dev ${airDevice}`);
    this.ip(`-n ${site} addr add ${watchNet}.1/30 dev watch0`);
    this.ip(`addr add ${watchNet}.2/30 dev ${watch}`);
    for (const device of ["lo", airDevice, "watch0"]) this.ip(`-n ${site} link set ${device} up`);
    for (const device of ["lo", airDevice]) this.ip(`-n ${box} link set ${device} up`);
    this.ip(`link set ${watch} up`);
    const chain = `{ type filter hook ingress device ${airDevice} priority 0; }`;
    for (const namespace of [site, box]) {
      this.nft(namespace, `add table netdev faults; add chain netdev faults arriving ${chain}`);
    }
  }

  /** Loses packets at random, both ways. */
  lose(percent: number): void {
    this.drop(`numgen random mod 100 < ${percent} drop`);
  }

  /** Nothing arrives, and nobody is told. */
  blackhole(): void {
    this.drop("drop");
  }

  /** What a firewall that forgot the connection does: nobody hears that the other side is gone. */
  swallowResets(): void {
    this.drop("tcp flags & rst == rst drop");
  }

  mend(): void {
    this.drop(undefined);
  }

  /** Removes all of it, once nothing runs in it. */
  remove(): void {
    for (const namespace of [this.box, this.site]) run("ip", "netns", "del", namespace);
  }

  private drop(rule: string | undefined): void {
    const added = rule === undefined ? "" : `; add rule netdev faults arriving ${rule}`;
    for (const namespace of [this.site, this.box]) {
      this.nft(namespace, `flush chain netdev faults arriving${added}`);
    }
  }

  private nft(namespace: string, commands: string): void {
    run("ip", "netns", "exec", namespace, "nft", commands);
  }

  private ip(words: string): void {
    run("ip", ...words.split(" "));
  }
}
