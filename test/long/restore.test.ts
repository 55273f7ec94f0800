import { afterAll, beforeAll, expect, it } from "vitest";
import { KilledAgents } from "../integration/killed-agents.ts";
import { SteeredLink } from "../integration/steered-link.ts";

const link = new SteeredLink("kills");
beforeAll(() => link.build());
afterAll(() => link.remove());

it("gives link and cgroups back within a second of each of 200 kill -9, 50 with the guardian killed first", async () => {
  const report = await new KilledAgents(link, 6).run(200, 50);
  process.stdout.write(`${JSON.stringify(report)}\n`);
  expect(report).toMatchObject({ kills: 200, guardianFirst: 50 });
  expect(report.altered).toBeGreaterThan(100);
  expect(report.slowestRestoreMs).toBeLessThan(1000);
});
