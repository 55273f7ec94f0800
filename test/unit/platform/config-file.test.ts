import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { loadConfig } from "../../../platform/config-file.ts";

const schema = z.strictObject({
  slots: z.number().int().min(1).default(3),
  broker: z
    .strictObject({ port: z.number().int().max(65_535).default(1883) })
    .default({ port: 1883 }),
});

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "slotwise-test-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (text: string) => {
  const path = join(folder, "config.yaml");
  writeFileSync(path, text);
  return path;
};

describe("loadConfig", () => {
  it("puts the command line over the file over the defaults", () => {
    const file = write("slots: 5\nbroker:\n  port: 99\n");
    expect(loadConfig(schema, file, { slots: 7 })).toEqual({ slots: 7, broker: { port: 99 } });
    expect(loadConfig(schema, undefined, { slots: undefined }).slots).toBe(3);
  });

  it("lists every fault at once", () => {
    const file = write("slots: 0\nslotz: 1\nbroker:\n  port: 70000\n");
    const load = () => loadConfig(schema, file, {});
    expect(load).toThrow(/3 fault\(s\)/);
    expect(load).toThrow(/slotz/);
    expect(load).toThrow(/broker\.port/);
  });

  it("says so when the file cannot be read", () => {
    expect(() => loadConfig(schema, join(folder, "none.yaml"), {})).toThrow(/readable YAML file/);
  });

  it("gives a frozen object", () => {
    expect(Object.isFrozen(loadConfig(schema, undefined, {}).broker)).toBe(true);
  });
});
