import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { Guardian } from "../../../../../agent/actuate/restore/guardian.ts";
import { guardianOf } from "../../../../fixtures/guardian-of.ts";
import { fakeMachine } from "../../../../fixtures/sysfs/fake-machine.ts";

function files() {
  const { folder } = fakeMachine();
  const setting = join(folder, "with space $(touch evil) *");
  writeFileSync(setting, "700000\n");
  mkdirSync(join(folder, "run"));
  return { folder, setting, journal: join(folder, "run/ap-0.restore") };
}

async function held(journal: string, setting: string): Promise<Guardian> {
  const guardian = new Guardian(journal, () => undefined);
  await guardian.restoreLeftovers();
  await guardian.hold([{ kind: "file", path: setting, value: "1500000" }]);
  onTestFinished(() => guardian.release());
  return guardian;
}

describe("the guardian", () => {
  it("changes nothing while it holds, nor when it is released", async () => {
    const { journal, setting } = files();
    const guardian = await held(journal, setting);
    await guardian.release();
    expect(readFileSync(setting, "utf8")).toBe("700000\n");
    expect(existsSync(journal)).toBe(false);
  });

  it("puts back at the next start what is left in the journal, and takes paths as they are", async () => {
    const { journal, setting, folder } = files();
    await held(journal, setting);
    await new Guardian(journal, () => undefined).restoreLeftovers();
    expect(readFileSync(setting, "utf8")).toBe("1500000\n");
    expect([journal, `${journal}.taken`, join(folder, "evil")].some(existsSync)).toBe(false);
  });

  it("goes on with a journal that somebody took and did not finish, past steps that fail, and keeps these", async () => {
    const { journal, setting } = files();
    const guardian = new Guardian(journal, () => undefined);
    await guardian.restoreLeftovers();
    const steps = [
      ["file", "/nowhere/at/all", "1"],
      ["command", "/bin/false", "x"],
      ["command", "/bin/cp", "/dev/null", `${setting}.copy`],
      ["file", setting, "1500000"],
    ];
    writeFileSync(`${journal}.taken`, steps.map((words) => `${words.join("\t")}\n`).join(""));
    await expect(guardian.restoreLeftovers()).rejects.toMatchObject({ code: "RESTORE_INCOMPLETE" });
    expect(readFileSync(setting, "utf8")).toBe("1500000\n");
    expect(existsSync(`${setting}.copy`)).toBe(true);
    const kept = steps.slice(0, 2).map((words) => `${words.join("\t")}\n`);
    expect(readFileSync(`${journal}.taken`, "utf8")).toBe(kept.join(""));
  });

  it("is told of and replaced when it is killed", async () => {
    const { journal, setting } = files();
    const events: string[] = [];
    const guardian = new Guardian(journal, (event) => {
      events.push(event);
    });
    await guardian.restoreLeftovers();
    await guardian.hold([{ kind: "file", path: setting, value: "1500000" }]);
    onTestFinished(() => guardian.release());
    const first = guardianOf(journal) as number;
    process.kill(first, "SIGKILL");
    await vi.waitFor(() => expect(events).toEqual([expect.stringContaining("SIGKILL")]));
    const isReplaced = () => expect([undefined, first]).not.toContain(guardianOf(journal));
    await vi.waitFor(isReplaced);
    expect(readFileSync(setting, "utf8")).toBe("700000\n");
    await guardian.release();
    expect(guardianOf(journal)).toBeUndefined();
  });

  it("holds nothing that a journal cannot carry", async () => {
    const { journal, setting } = files();
    const guardian = new Guardian(journal, () => undefined);
    await guardian.restoreLeftovers();
    const broken = { kind: "file", path: setting, value: "1\t2" } as const;
    await expect(guardian.hold([broken])).rejects.toThrow("cannot be journalled");
  });
});
