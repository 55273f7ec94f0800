import { once } from "node:events";
import { readFileSync } from "node:fs";
import { Worker } from "node:worker_threads";
import { describe, expect, it } from "vitest";
import { asSlotwiseError, SlotwiseError } from "../../../core/errors.ts";

const read = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), "utf8");
const codesIn = (text: string, pattern: RegExp) => Array.from(text.matchAll(pattern), (m) => m[1]);

describe("SlotwiseError", () => {
  it("tells what was expected, what came and what follows", () => {
    const error = new SlotwiseError("CONFIG_INVALID", {
      expected: "a port",
      received: "-1",
      consequence: "nothing was started",
    });
    expect(error.message).toBe("expected a port; received -1; nothing was started");
  });

  it("is one again after it has ended another thread", async () => {
    const facts = { expected: "a", received: "b", consequence: "c" };
    const thrown = `throw Object.assign(new Error("x"), ${JSON.stringify({ name: "SlotwiseError", code: "DEVICE_LOCKED", facts })})`;
    const [error] = await once(new Worker(thrown, { eval: true }), "error");
    expect(error).not.toBeInstanceOf(SlotwiseError);
    expect(asSlotwiseError(error)).toMatchObject({ code: "DEVICE_LOCKED", facts });
    expect(asSlotwiseError(error)).toBeInstanceOf(SlotwiseError);
    expect(asSlotwiseError(new Error("other"))).toBeUndefined();
  });

  it("has a documented code for every code of the source, and no other", () => {
    const source = codesIn(read("core/errors.ts"), /\| "([A-Z_]+)"/g);
    const documented = codesIn(read("docs/errors.md"), /^\| `([A-Z_]+)`/gm);
    expect(documented).toEqual(source);
  });
});
