import type { Command } from "commander";
import { expect, test } from "vitest";
import { reproduceCommand } from "../../../cli/reproduce.ts";

function silent(command: Command): Command {
  command.exitOverride().configureOutput({ writeErr: () => {} });
  for (const inner of command.commands) silent(inner);
  return command;
}

const reproduce = (...args: string[]) =>
  silent(reproduceCommand()).parseAsync(["energy", ...args], { from: "user" });

test("figures that the paper's evaluation does not have are refused", async () => {
  await expect(reproduce("--figures", "4,11")).rejects.toThrow(/4,5,6,7,8,9,10/);
  await expect(reproduce("--figures", "")).rejects.toThrow(/expected figures/);
});

test("a policy file that is not there is refused before any work", async () => {
  await expect(reproduce("--ddql", "/nowhere/ddql.onnx")).rejects.toMatchObject({
    code: "CONFIG_INVALID",
    facts: { received: "no file at /nowhere/ddql.onnx" },
  });
});
