import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type BoxModel, FakeBox } from "../../deploy/demo/fake-box.ts";
import { ended, freshFolder, start, stopped } from "./agent-process.ts";
import { eventually } from "./eventually.ts";
import { startCommand } from "./slotwise.ts";

const timeoutMs = 60_000;

/** A fake box and the command of an agent that sets it in slots of 100 ms. */
function boxedAgent(model: BoxModel) {
  const folder = freshFolder();
  const box = new FakeBox(folder, model);
  box.build();
  const journal = join(folder, "settings.restore");
  const wireless = { device: box.device, command: box.iw, minIntervalMs: 0 };
  const actuate = { kind: "box", sysRoot: box.sysRoot, wireless, journal };
  const config = join(folder, "agent.json");
  const energy = { slotPeriodMs: 100 };
  writeFileSync(config, JSON.stringify({ actuate, observe: { kind: "drawn" }, energy }));
  const files = [...box.capFiles, join(folder, "wlan0.txpower-mbm")];
  const contents = () => files.map((path) => readFileSync(path, "utf8"));
  const found = contents();
  return {
    journal,
    command: ["agent", "--system", "energy", "--model", "greedy", "--config", config, "--json"],
    changed: () => contents().every((text, i) => text !== found[i]),
    asFound: () => contents().join() === found.join(),
  };
}

describe("slotwise agent --system energy", () => {
  it.each(["raspberry-pi-4", "jetson-orin-nx"] as const)(
    "leaves the power and frequency files of a %s as they were when it is killed",
    async (model) => {
      const { command, changed, asFound, journal } = boxedAgent(model);
      const agent = start(...command);
      await eventually(changed, agent.stderr);
      agent.child.kill("SIGKILL");
      await agent.exited;
      await eventually(() => asFound() && !existsSync(`${journal}.taken`), agent.stderr);
      expect(existsSync(journal)).toBe(false);
    },
    timeoutMs,
  );

  it(
    "says once a second all that a slot of a dry run would set, and sets nothing",
    async () => {
      const { command, asFound } = boxedAgent("jetson-orin-nx");
      const agent = start(...command, "--mode", "dry-run", "--slots", "15");
      const { control } = await ended(agent);
      const shown = agent.stderr().match(/dry run: .*?"/g) ?? [];
      expect(shown.length).toBeGreaterThanOrEqual(1);
      expect(shown.length).toBeLessThanOrEqual(3);
      expect(shown[0]).toMatch(/policy0\/scaling_max_freq; .*policy4\/scaling_max_freq/);
      expect(control).toMatchObject({ applied: 0 });
      expect(asFound()).toBe(true);
    },
    timeoutMs,
  );

  it(
    "gives its settings back when it is stopped, and read back all that it set",
    async () => {
      const { command, changed, asFound, journal } = boxedAgent("jetson-orin-nx");
      const agent = start(...command);
      await eventually(changed, agent.stderr);
      const { control } = await stopped(agent);
      expect(asFound()).toBe(true);
      expect(existsSync(journal)).toBe(false);
      expect(control?.readBackChecked).toBeGreaterThan(0);
      expect(control?.readBackMismatches).toBe(0);
    },
    timeoutMs,
  );
});

describe("slotwise demo --system energy", () => {
  it(
    "goes on when an agent is killed, and gives every box its settings back",
    async () => {
      const demo = startCommand(
        ...["demo", "--system", "energy", "--seconds", "8", "--agents", "2", "--tasks", "20"],
        "--json",
      );
      const pidOf = (name: string) =>
        Number(new RegExp(`^${name} \\(pid (\\d+)\\)`, "m").exec(demo.stderr())?.[1]);
      const rootOf = (name: string) =>
        new RegExp(`^${name}: fake .* in (\\S+);`, "m").exec(demo.stderr())?.[1];
      const capsOf = (name: string) => {
        const root = rootOf(name);
        const cap = `${root}/devices/system/cpu/cpufreq/policy0/scaling_max_freq`;
        return root !== undefined && existsSync(cap) ? readFileSync(cap, "utf8") : undefined;
      };
      await eventually(() => (capsOf("ap-1") ?? "1984000\n") !== "1984000\n", demo.stderr);
      process.kill(pidOf("ap-1"), "SIGKILL");
      await eventually(() => capsOf("ap-1") === "1984000\n", demo.stderr);
      expect(await demo.exited).toBe(0);
      const summary = JSON.parse(demo.stdout());
      expect(summary.boxes).toEqual([
        { agent: "ap-0", fake: "raspberry-pi-4", restored: true },
        { agent: "ap-1", fake: "jetson-orin-nx", restored: true },
      ]);
      expect(summary.meanEnergyJ.policy).toBeGreaterThanOrEqual(summary.meanEnergyJ.lowerBound);
      expect(summary.feasible.policy).toBeGreaterThan(0.9);
      expect(existsSync(rootOf("ap-0") ?? "/")).toBe(false);
      expect(existsSync(rootOf("ap-1") ?? "/")).toBe(false);
    },
    timeoutMs,
  );
});
