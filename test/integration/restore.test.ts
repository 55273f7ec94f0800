import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { guardianOf } from "../fixtures/guardian-of.ts";
import { eventually } from "./eventually.ts";
import { KilledAgents, slotsBegin, startAgent } from "./killed-agents.ts";
import { type RunningCommand, runCommand, startCommandBy, startCommandIn } from "./slotwise.ts";
import { SteeredLink } from "./steered-link.ts";

const link = new SteeredLink("restore");

function whyNot(): string | undefined {
  try {
    link.build();
    return undefined;
  } catch (error) {
    return String(error);
  }
}

const missing = whyNot();
if (missing !== undefined) process.stderr.write(`restore tests are skipped: ${missing}\n`);

const running: RunningCommand[] = [];

async function started(): Promise<RunningCommand> {
  const agent = startAgent(link);
  running.push(agent);
  await slotsBegin(agent);
  return agent;
}

async function runIn(...args: string[]) {
  const command = startCommandIn(link.namespace, ...args);
  const code = await command.exited;
  return { code, stdout: command.stdout(), stderr: command.stderr() };
}

/** What is said of a journal that cannot be carried out because a class is gone. */
const kept =
  /to put back what an agent left in .*No such file.* classid 1:13 .*keeps what is still/;

describe.skipIf(missing !== undefined)("an agent that steers a real link and real cgroups", () => {
  let found: string;
  beforeAll(() => {
    found = link.state();
  });
  afterEach(async () => {
    for (const { child, exited } of running.splice(0)) {
      child.kill("SIGTERM");
      await exited;
    }
  });
  afterAll(() => link.remove());

  it("confirms what it commands and gives everything back byte for byte when it is stopped", async () => {
    const agent = await started();
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(link.state()).not.toBe(found);
    agent.child.kill("SIGTERM");
    expect(await agent.exited).toBe(0);
    expect(link.state()).toBe(found);
    const { control } = JSON.parse(agent.stdout()) as {
      control: { readBackChecked: number; readBackMismatches: number };
    };
    expect(control.readBackChecked).toBeGreaterThan(10);
    expect(control.readBackMismatches).toBe(0);
  });

  it("gives everything back after each of ten kill -9, three with its guardian killed first", async () => {
    const report = await new KilledAgents(link, 1).run(10, 3);
    expect(report.guardianFirst).toBe(3);
    expect(report.altered).toBeGreaterThan(3);
  });

  it("ends with 70 and the reason when it is stopped and cannot give everything back", async () => {
    const agent = await started();
    link.removeClass(2);
    agent.child.kill("SIGTERM");
    const code = await agent.exited;
    link.addClass(2);
    expect(code).toBe(70);
    expect(agent.stderr()).toMatch(/WORKER_FAILED/);
    expect(agent.stderr()).toMatch(/give back what it set; received .*1:13/);
    await eventually(
      () => link.state() === found,
      () => link.state(),
    );
  });

  it("keeps what it cannot give back, with the reason, until it can", async () => {
    const agent = await started();
    agent.child.kill("SIGSTOP");
    process.kill(guardianOf(link.journal) as number, "SIGKILL");
    agent.child.kill("SIGKILL");
    await agent.exited;
    link.removeClass(2);
    const restore = () => runIn("restore", "--config", link.config);
    const [failed, start] = [await restore(), await runIn("agent", "--config", link.config)];
    link.addClass(2);
    expect(failed).toMatchObject({ code: 1, stdout: "", stderr: expect.stringMatching(kept) });
    expect(start).toMatchObject({ code: 70, stderr: expect.stringMatching(kept) });
    expect(await restore()).toMatchObject({ code: 0 });
    expect(link.state()).toBe(found);
  });

  it("refuses a second agent on the same link, whatever its journal, and restore beside it", async () => {
    await started();
    const inside = ["ip", "netns", "exec", link.namespace] as const;
    const outerFolders = ["nsenter", `--net=/run/netns/${link.namespace}`] as const;
    link.addName("air-alt");
    for (const [entering, device] of [
      [inside, "air0"],
      [outerFolders, "air-alt"],
    ] as const) {
      const second = startCommandBy([...entering], "agent", "--config", link.secondConfig(device));
      expect(await second.exited).not.toBe(0);
      expect(second.stderr()).toContain(`the only agent that steers interface ${device}`);
    }
    const restore = await runCommand("restore", "--config", link.config);
    expect(restore.code).toBe(1);
    expect(restore.stderr).toContain("the only agent");
  });
});
