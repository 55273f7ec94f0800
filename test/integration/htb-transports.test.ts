import { execFileSync } from "node:child_process";
import { afterAll, describe, expect, it } from "vitest";
import { runCommand } from "../../agent/actuate/run-command.ts";
import { batchProcessStarter } from "../../agent/actuate/tc/batch-process.ts";
import type { ClassChange } from "../../agent/actuate/tc/class-change.ts";
import type { ClassControl } from "../../agent/actuate/tc/class-control.ts";
import { changeTo, parseClassSettings } from "../../agent/actuate/tc/class-settings.ts";
import { tcActuatorConfigSchema } from "../../agent/actuate/tc/config.ts";
import { createTcActuator } from "../../agent/actuate/tc/tc-actuator.ts";
import { openClassControl } from "../../agent/actuate/tc/transport.ts";
import { createRandom } from "../../core/random.ts";
import { paperScenario } from "../../core/slicing/scenario.ts";
import { loadNetlink } from "../../platform/netlink-socket.ts";
import { namespaceNetlink } from "./namespace-netlink.ts";
import { SteeredLink } from "./steered-link.ts";

const classIds = ["1:11", "1:12", "1:13"];
const transports = ["netlink", "tc"] as const;
type Transport = (typeof transports)[number];

const links: SteeredLink[] = [];

function builtLink(name: string): SteeredLink {
  const link = new SteeredLink(name);
  links.push(link);
  link.build();
  return link;
}

function whyNot(): string | undefined {
  if (loadNetlink() === undefined) return "koffi does not load";
  try {
    builtLink("probe");
    return undefined;
  } catch (error) {
    return String(error);
  }
}

const missing = whyNot();
if (missing !== undefined) process.stderr.write(`transport tests are skipped: ${missing}\n`);

function insideOf({ namespace }: SteeredLink) {
  const words = (command: string, args: readonly string[]) =>
    ["netns", "exec", namespace, command, ...args] as const;
  const start = batchProcessStarter();
  return {
    startProcess: ((command, args, events) =>
      start("ip", words(command, args), events)) satisfies typeof start,
    run: (command: string, args: readonly string[]) => runCommand("ip", words(command, args)),
    loadNetlink: () => namespaceNetlink(namespace),
    tc: (line: string) =>
      execFileSync("ip", words("tc", line.split(" ")), { encoding: "utf8", stdio: "pipe" }),
  };
}

async function opened(link: SteeredLink): Promise<Record<Transport, ClassControl>> {
  const open = (transport: Transport) =>
    openClassControl({ device: "air0", transport, answerTimeoutMs: 5000 }, insideOf(link), true);
  const controls = { netlink: open("netlink"), tc: open("tc") };
  for (const transport of transports) {
    controls[transport].start();
    await controls[transport].read();
  }
  return controls;
}

/** Rates of 8 kbit/s to 400 Gbit/s; below, tc wraps the ticks of such a burst round 32 bits. */
function randomChanges(seed: number): ClassChange[] {
  const random = createRandom(seed, 1);
  const between = (least: number, most: number) =>
    Math.floor(least * (most / least) ** random.uniform());
  return classIds.map((classId) => ({
    classId,
    parent: "1:1",
    prio: between(1, 7),
    rateBitPerS: 1000 * between(8, 400_000_000),
    ceilBitPerS: 1000 * between(8, 400_000_000),
    burstBytes: between(1600, 100_000),
    cburstBytes: between(1600, 100_000),
    quantumBytes: between(1500, 200_000),
  }));
}

describe.skipIf(missing !== undefined)("netlink and tc on a real link", () => {
  afterAll(() => {
    for (const link of links) link.remove();
  });

  it("leave the same text behind after the same changes, and read the same", async () => {
    const link = builtLink("same");
    const { netlink, tc } = await opened(link);
    const found = link.state();
    const settings = insideOf(link).tc("-raw -d class show dev air0");
    for (let seed = 0; seed < 15; seed++) {
      await tc.change(randomChanges(seed));
      const text = link.state();
      await tc.change(randomChanges(seed + 1000));
      expect(link.state()).not.toBe(text);
      await netlink.change(randomChanges(seed));
      expect(link.state()).toBe(text);
    }
    const rates = {
      parent: "1:1",
      prio: 2,
      burstBytes: 1600,
      cburstBytes: 1600,
      quantumBytes: 1514,
    };
    await netlink.change(
      classIds.map((classId, i) => ({
        classId,
        rateBitPerS: 6e6,
        ceilBitPerS: i * 1e6 + 9e6,
        ...rates,
      })),
    );
    expect(await netlink.read()).toEqual(await tc.read());
    for (const control of [netlink, tc]) {
      await control.change(
        classIds.map((classId) => changeTo(parseClassSettings(settings, classId), classId)),
      );
      expect(link.state()).toBe(found);
      await control.change(randomChanges(7));
    }
    await netlink.stop();
    await tc.stop();
  });

  it.each(transports)(
    "by %s an actuator fails by name where a class or the device is gone",
    async (transport) => {
      const link = builtLink(transport);
      const inside = insideOf(link);
      const config = { device: "air0", transport, linkKbitPerS: 54_000 };
      const create = () =>
        createTcActuator(tcActuatorConfigSchema.parse(config), paperScenario, inside);
      const actuator = create();
      const never = new AbortController().signal;
      await actuator.survey();
      await actuator.start(never);
      await actuator.apply(1, Float64Array.of(4, 11, 3, 6, 6, 6));
      expect(actuator.readBack()).toEqual({ slot: 1, applied: Float64Array.of(4, 11, 3, 6, 6, 6) });
      inside.tc("class del dev air0 classid 1:13");
      await expect(actuator.apply(2, Float64Array.of(3, 11, 4, 6, 6, 6))).rejects.toThrow("1:13");
      expect(actuator.readBack()).toBeUndefined();
      // Those that are there are given back all the same.
      await expect(actuator.stop()).rejects.toThrow("1:13");
      expect(inside.tc("-d class show dev air0")).toContain(
        "1:12 parent 1:1 leaf 12: prio 2 quantum 2001 rate 18777Kbit",
      );
      inside.tc("qdisc del dev air0 root");
      await expect(create().start(never)).rejects.toMatchObject({ code: "ACTUATOR_UNAVAILABLE" });
    },
  );
});
