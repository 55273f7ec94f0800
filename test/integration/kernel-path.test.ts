import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { expect, it } from "vitest";
import { eventually } from "./eventually.ts";
import { startCommand } from "./slotwise.ts";

const isRoot = process.getuid?.() === 0;
if (!isRoot) process.stderr.write("the kernel path's bench is not interrupted: this is not root\n");

const namespaces = () => execFileSync("ip", ["netns", "list"], { encoding: "utf8" });

it.skipIf(!isRoot)("a bench of the kernel path that is interrupted leaves nothing", async () => {
  const folders = readdirSync(tmpdir());
  const bench = startCommand("bench", "kernel-path");
  const own = `slotwise-bench-${bench.child.pid}`;
  await eventually(() => namespaces().includes(own), bench.stderr);
  bench.child.kill("SIGINT");
  expect(await bench.exited, bench.stderr()).toBe(130);
  expect(namespaces()).not.toContain(own);
  const left = readdirSync(tmpdir()).filter((name) => name.startsWith("slotwise-bench-"));
  expect(left.filter((name) => !folders.includes(name))).toEqual([]);
});
