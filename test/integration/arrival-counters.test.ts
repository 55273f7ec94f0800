import { execFileSync, spawnSync } from "node:child_process";
import { afterAll, beforeAll, expect, it } from "vitest";
import {
  batchProcessStarter,
  type StartBatchProcess,
} from "../../agent/actuate/tc/batch-process.ts";
import { tcObservationConfigSchema } from "../../agent/observe/tc/config.ts";
import { createTcObservationSource } from "../../agent/observe/tc/tc-source.ts";
import { paperScenario } from "../../core/slicing/scenario.ts";

const namespace = `slotwise-arrivals-${process.pid}`;
const ports = [5001, 5002, 5003];

function inside(command: string): void {
  execFileSync("ip", ["netns", "exec", namespace, ...command.split(" ")]);
}

/** A 1 Mbit/s class of two packets for each slice, and a counter before it. */
function build(): void {
  execFileSync("ip", ["netns", "add", namespace]);
  inside("ip link add air0 type veth peer name air1");
  for (const device of ["air0", "air1"]) inside(`ip link set ${device} up`);
  inside("ip addr add 10.77.0.1/24 dev air0");
  inside("ip neigh add 10.77.0.2 lladdr 02:00:00:00:00:02 dev air0");
  inside("tc qdisc add dev air0 root handle 1: htb default 11");
  inside("tc class add dev air0 parent 1: classid 1:1 htb rate 3Mbit");
  inside("nft add table inet slices");
  inside("nft add chain inet slices out { type filter hook postrouting priority 0 ; }");
  for (const [i, port] of ports.entries()) {
    inside(`tc class add dev air0 parent 1:1 classid 1:1${i + 1} htb rate 1Mbit quantum 1514`);
    inside(`tc qdisc add dev air0 parent 1:1${i + 1} handle 1${i + 1}: pfifo limit 2`);
    inside(`nft add counter inet slices slice${i + 1}`);
    inside(`nft add rule inet slices out udp dport ${port} counter name slice${i + 1}`);
  }
}

/** All at once: more than the first class sends in a while, or keeps. */
function send(datagrams: number, bytes: number): void {
  const script = `
    const socket = require("node:dgram").createSocket("udp4");
    let left = ${datagrams};
    for (let i = 0; i < ${datagrams}; i++) {
      socket.send(Buffer.alloc(${bytes}), 5001, "10.77.0.2", () => --left || socket.close());
    }`;
  execFileSync("ip", ["netns", "exec", namespace, process.execPath, "-e", script]);
}

let unavailable: unknown;
beforeAll(() => {
  try {
    build();
  } catch (error) {
    unavailable = error;
    process.stderr.write(`arrivals by nftables are skipped: ${error}\n`);
  }
});
afterAll(() => {
  spawnSync("ip", ["netns", "del", namespace]);
});

it("counts what is offered to a slice whose queue drops most of it", async (test) => {
  test.skip(unavailable !== undefined, String(unavailable));
  const start: StartBatchProcess = (command, args, events) =>
    batchProcessStarter()("ip", ["netns", "exec", namespace, command, ...args], events);
  const counters = ["slice1", "slice2", "slice3"];
  const config = tcObservationConfigSchema.parse({
    device: "air0",
    arrivals: { table: "slices", counters },
  });
  const source = createTcObservationSource(config, paperScenario, { startProcess: start });
  await source.start(new AbortController().signal);
  const read = async (slot: number) =>
    (await source.read({ slot, startedNs: 0n, deadlineNs: 0n, skipped: 0 })).observation;
  try {
    expect(Array.from((await read(0)) ?? []).slice(0, 3)).toEqual([0, 0, 0]);
    send(40, 1000);
    expect(Array.from((await read(1)) ?? []).slice(0, 3)).toEqual([320_000, 0, 0]);
  } finally {
    await source.stop();
  }
});
