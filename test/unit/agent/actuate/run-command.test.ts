import { expect, it } from "vitest";
import { runCommandWithin } from "../../../../agent/actuate/run-command.ts";

it("ends a program that takes too long, and says which", async () => {
  await expect(runCommandWithin(50)("sleep", ["5"])).rejects.toThrow(/^sleep 5: /);
});

it("rejects with what a program says on standard error", async () => {
  const run = runCommandWithin(5000);
  await expect(run("sh", ["-c", "echo broken >&2; exit 3"])).rejects.toThrow(/: broken$/);
  expect(await run("echo", ["fine"])).toBe("fine\n");
});
