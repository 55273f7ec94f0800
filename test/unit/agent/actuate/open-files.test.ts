import { mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { openFiles } from "../../../../agent/actuate/open-files.ts";

function fresh() {
  const folder = mkdtempSync(join(tmpdir(), "slotwise-open-"));
  const files = openFiles();
  onTestFinished(() => {
    files.close();
    rmSync(folder, { recursive: true });
  });
  return { files, path: join(folder, "quota") };
}

const openDescriptors = () => readdirSync("/proc/self/fd").length;

it("reads what is in a file now, however often, on one descriptor", () => {
  const { files, path } = fresh();
  writeFileSync(path, "1000\n");
  expect(files.read(path)).toBe("1000");
  const open = openDescriptors();
  writeFileSync(path, "2000\n");
  expect(files.read(path)).toBe("2000");
  expect(openDescriptors()).toBe(open);
});

it("writes to a file that it also reads", () => {
  const { files, path } = fresh();
  writeFileSync(path, "1000");
  expect(files.read(path)).toBe("1000");
  files.write(path, "3000");
  expect(files.read(path)).toBe("3000");
});

it("reads nothing where there is no file, and the file once there is", () => {
  const { files, path } = fresh();
  expect(files.read(path)).toBeUndefined();
  writeFileSync(`${path}.new`, "5");
  renameSync(`${path}.new`, path);
  expect(files.read(path)).toBe("5");
});

it("throws what the kernel says of a write", () => {
  const { files, path } = fresh();
  expect(() => files.write(join(path, "no/such"), "1")).toThrow("ENOENT");
});

it("leaves no descriptor open when it is closed", () => {
  const before = openDescriptors();
  const { files, path } = fresh();
  writeFileSync(path, "1");
  files.read(path);
  files.write(path, "2");
  expect(openDescriptors()).toBe(before + 2);
  files.close();
  expect(openDescriptors()).toBe(before);
});
