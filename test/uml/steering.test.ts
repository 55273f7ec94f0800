import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { KilledAgents, slotsBegin, startAgent } from "../integration/killed-agents.ts";
import { SteeredLink } from "../integration/steered-link.ts";

const queues = ["fq_codel limit 600", "netem limit 700 delay 3ms", "pfifo limit 300"];
const link = new SteeredLink("v2", "v2", queues);

describe("an agent that steers cgroups v2 with their CPU controller", () => {
  let found: string;
  beforeAll(() => {
    link.build();
    found = link.state();
  });
  afterAll(() => link.remove());

  it("reads back what it writes to cpu.max in every slot, and gives it back when it is stopped", async () => {
    const agent = startAgent(link);
    await slotsBegin(agent);
    await new Promise((resolve) => setTimeout(resolve, 3000));
    expect(link.state()).not.toBe(found);
    agent.child.kill("SIGTERM");
    expect(await agent.exited).toBe(0);
    expect(link.state()).toBe(found);
    const { control } = JSON.parse(agent.stdout());
    process.stdout.write(`${control.readBackChecked} read-backs compared\n`);
    expect(control.readBackChecked).toBeGreaterThan(10);
    expect(control.readBackMismatches).toBe(0);
  });

  it("gives everything back byte for byte after each of ten kill -9, three with the guardian killed first", async () => {
    const report = await new KilledAgents(link, 2).run(10, 3);
    process.stdout.write(`${JSON.stringify(report)}\n`);
    expect(report).toMatchObject({ kills: 10, guardianFirst: 3 });
    expect(report.altered).toBeGreaterThan(3);
  });
});
