import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { AliveFile } from "../../../platform/alive-file.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "slotwise-test-"));
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true });
});

function started(path: string | undefined) {
  const alive = new AliveFile(path);
  let slots = 0;
  alive.ready(() => slots);
  return {
    alive,
    pass: (seconds: number, slotsPerSecond: number) => {
      for (let second = 0; second < seconds; second++) {
        slots += slotsPerSecond;
        vi.advanceTimersByTime(1000);
      }
    },
  };
}

describe("the file that says an agent is alive", () => {
  it("is written once a second while slots advance", () => {
    const path = join(folder, "alive");
    const { pass } = started(path);
    expect(existsSync(path)).toBe(false);
    pass(1, 100);
    expect(readFileSync(path, "utf8")).toBe("100\n");
    pass(1, 100);
    expect(readFileSync(path, "utf8")).toBe("200\n");
  });

  it("is left as it is while slots stand still", () => {
    const path = join(folder, "alive");
    const { pass } = started(path);
    pass(2, 100);
    rmSync(path);
    pass(20, 0);
    expect(existsSync(path)).toBe(false);
    pass(1, 1);
    expect(existsSync(path)).toBe(true);
  });

  it("is gone once the agent is told to end", () => {
    const { pass, alive } = started(join(folder, "alive"));
    pass(2, 100);
    alive.stopping();
    pass(2, 100);
    expect(readdirSync(folder)).toEqual([]);
  });

  it("keeps nothing from going on where it cannot be written, or is not asked for", () => {
    for (const path of [join(folder, "none", "alive"), undefined]) {
      const { pass, alive } = started(path);
      pass(2, 100);
      alive.stopping();
    }
    expect(readdirSync(folder)).toEqual([]);
  });
});
