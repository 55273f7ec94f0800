import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it, onTestFinished } from "vitest";
import { FileLock } from "../../platform/file-lock.ts";
import { eventually } from "./eventually.ts";

const built = fileURLToPath(
  new URL("../../dist/agent/actuate/restore/guardian.js", import.meta.url),
);

it("puts back after the last write of whoever still holds its dead agent's lock", async () => {
  const folder = mkdtempSync(join(tmpdir(), "slotwise-guardian-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const [journal, setting] = [join(folder, "restore"), join(folder, "setting")];
  writeFileSync(setting, "steered\n");
  const lock = new FileLock(`${journal}.lock`, "a");
  await lock.tryAcquire();
  const heir = spawn("sh", ["-c", `read -r _; sleep 0.1; echo late > ${setting}`], {
    stdio: ["pipe", "ignore", "inherit", lock.fd],
  });
  await once(heir, "spawn");
  lock.release();
  const held = JSON.stringify([{ kind: "file", path: setting, value: "found" }]);
  const agent = spawn(
    process.execPath,
    [
      "--input-type=module",
      "--eval",
      `import { Guardian } from ${JSON.stringify(built)};
       await new Guardian(${JSON.stringify(journal)}, () => undefined).hold(${held});
       process.stdout.write("held");
       setInterval(() => undefined, 1e6);`,
    ],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  onTestFinished(() => void agent.kill("SIGKILL"));
  await once(agent.stdout, "data");
  const heirGone = once(heir, "exit");
  agent.kill("SIGKILL");
  heir.stdin?.end();
  await heirGone;
  await eventually(() => ![journal, `${journal}.taken`].some(existsSync));
  expect(readFileSync(setting, "utf8")).toBe("found\n");
});
