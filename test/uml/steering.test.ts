import { readFileSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Finding } from "../../agent/doctor/finding.ts";
import { KilledAgents, slotsBegin, startAgent } from "../integration/killed-agents.ts";
import { startCommandIn } from "../integration/slotwise.ts";
import { SteeredLink } from "../integration/steered-link.ts";

const queues = ["fq_codel limit 600", "netem limit 700 delay 3ms", "pfifo limit 300"];
const link = new SteeredLink("v2", "v2", queues);

/** Has the agents that come read and change the link's classes in this way. */
function go(transport: string): void {
  const config = JSON.parse(readFileSync(link.config, "utf8"));
  const observe = { kind: "tc", device: "air0", transport };
  const actuate = { ...config.actuate, transport };
  writeFileSync(link.config, JSON.stringify({ ...config, observe, actuate }));
}

describe("an agent that steers cgroups v2 with their CPU controller", () => {
  let found: string;
  beforeAll(() => {
    link.build();
    found = link.state();
  });
  afterAll(() => link.remove());

  it("is told by its doctor that the classes go by netlink", async () => {
    go("auto");
    const doctor = startCommandIn(link.namespace, "doctor", "--config", link.config, "--json");
    await doctor.exited;
    const { findings } = JSON.parse(doctor.stdout()) as { findings: Finding[] };
    const about = (check: string) => findings.find((finding) => finding.check === check);
    expect(about("transport")).toMatchObject({ state: "ok", found: "netlink" });
    expect(about("link air0")).toMatchObject({ state: "ok" });
    expect(about("steered cgroups")).toMatchObject({ state: "ok", found: "3 groups, v2" });
  });

  it.each(["netlink", "tc"])(
    "by %s, reads back what it writes, also to cpu.max, in every slot, and gives it back when it is stopped",
    async (transport) => {
      go(transport);
      const agent = startAgent(link);
      await slotsBegin(agent);
      await new Promise((resolve) => setTimeout(resolve, 3000));
      expect(link.state()).not.toBe(found);
      agent.child.kill("SIGTERM");
      expect(await agent.exited).toBe(0);
      expect(link.state()).toBe(found);
      const { control } = JSON.parse(agent.stdout());
      process.stdout.write(`${transport}: ${control.readBackChecked} read-backs compared\n`);
      expect(control.readBackChecked).toBeGreaterThan(10);
      expect(control.readBackMismatches).toBe(0);
    },
  );

  it("gives everything back byte for byte after each of ten kill -9, three with the guardian killed first", async () => {
    go("netlink");
    const report = await new KilledAgents(link, 2).run(10, 3);
    process.stdout.write(`${JSON.stringify(report)}\n`);
    expect(report).toMatchObject({ kills: 10, guardianFirst: 3 });
    expect(report.altered).toBeGreaterThan(3);
  });
});
