import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { cloudConfigSchema } from "../../../cloud/config.ts";
import { loadConfig } from "../../../platform/config-file.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "slotwise-config-"));
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

function yaml(text: string): string {
  const path = join(directory, "cloud.yaml");
  writeFileSync(path, text);
  return path;
}

describe("the cloud's configuration", () => {
  it("has a default for everything", () => {
    const config = loadConfig(cloudConfigSchema, undefined, {});
    expect(config).toMatchObject({ quorum: 2, deadlineMs: 3000, logLevel: "info" });
    expect(config.broker).toMatchObject({ host: "127.0.0.1", maxFrameBytes: 1_048_576 });
    expect(config.stateDir).toMatch(/slotwise\/cloud$/);
  });

  it("takes the command line over the file and the file over the defaults", () => {
    const file = yaml("quorum: 3\ndeadlineMs: 500\nbroker: {port: 1999, drainTimeoutMs: 700}\n");
    const config = loadConfig(cloudConfigSchema, file, {
      broker: { port: 2000, host: undefined },
      quorum: undefined,
    });
    expect(config).toMatchObject({ quorum: 3, deadlineMs: 500 });
    expect(config.broker).toMatchObject({ port: 2000, drainTimeoutMs: 700 });
  });

  it("names all faults at once", () => {
    const file = yaml("quorum: 0\ndeadline: 5\nbroker: {port: 70000, hosts: x}\nbrokerUrl: here\n");
    expect(() => loadConfig(cloudConfigSchema, file, {})).toThrow(
      /5 fault.*port.*hosts.*brokerUrl.*quorum.*deadline/s,
    );
  });

  it("takes no robust rule with a quorum that is too small for it", () => {
    const aggregation = { rule: "multi-krum", byzantine: 2 };
    expect(() => loadConfig(cloudConfigSchema, undefined, { aggregation })).toThrow(
      /quorum: expected at least 7/,
    );
    expect(loadConfig(cloudConfigSchema, undefined, { aggregation, quorum: 7 })).toMatchObject({
      quorum: 7,
    });
  });

  it("takes privacy only with a model to start from, and not beside what it does not hold for", () => {
    const privacy = { clipNorm: 1, noiseMultiplier: 1 };
    const load = (over: object) => () =>
      loadConfig(cloudConfigSchema, undefined, { privacy, startModel: "slicing", ...over });
    expect(load({})().privacy).toMatchObject({ delta: 1e-5, maxEpsilon: null });
    expect(load({ startModel: null })).toThrow(/privacy: expected a startModel/);
    expect(load({ aggregation: { rule: "median" } })).toThrow(/privacy: expected .*fed-avg/);
    const clipped = { rule: "fed-avg", clipNorm: 1 };
    expect(load({ aggregation: clipped })).toThrow(/privacy: expected no aggregation.clipNorm/);
  });

  it("takes secure aggregation only where nothing has to look at an update", () => {
    const load = (over: object) => () => {
      const secure = { secure: {}, quorum: 3, startModel: "slicing", ...over };
      return loadConfig(cloudConfigSchema, undefined, secure);
    };
    expect(load({})().secure).toEqual({ threshold: 0.67 });
    expect(load({ privacy: { clipNorm: 1, noiseMultiplier: 1 } })().privacy?.clipNorm).toBe(1);
    expect(load({ secure: { threshold: 0.5 } })).toThrow(/threshold/);
    expect(load({ quorum: 2 })).toThrow(/secure: expected a quorum of 3/);
    expect(load({ quorum: 128 })).toThrow(/secure: expected a quorum of 127 at most/);
    expect(load({ startModel: null })).toThrow(/secure: expected a startModel/);
    const byzantine = 1;
    for (const rule of ["median", "trimmed-mean", "multi-krum"]) {
      const aggregation = rule === "median" ? { rule } : { rule, byzantine };
      expect(load({ aggregation, quorum: 5 })).toThrow(/secure: expected aggregation.rule fed-avg/);
    }
    const clipped = { rule: "fed-avg", clipNorm: 1 };
    expect(load({ aggregation: clipped })).toThrow(/secure: expected no aggregation.clipNorm/);
    const rounds = { mode: "buffered" };
    expect(load({ rounds })).toThrow(/secure: expected synchronous rounds/);
    expect(load({ encodings: ["int8-delta"] })).toThrow(/secure: expected no encodings/);
    const parent = { name: "east", link: {} };
    expect(load({ parent })).toThrow(/secure: expected no parent/);
  });

  it("has buffered rounds, without privacy, and a parent with an agent's link", () => {
    const load = (over: Record<string, unknown>) => loadConfig(cloudConfigSchema, undefined, over);
    const rounds = { mode: "buffered" };
    expect(load({}).rounds).toEqual({ mode: "synchronous" });
    expect(load({ rounds }).rounds).toEqual({ mode: "buffered", maxStaleness: 4 });
    const privacy = { clipNorm: 1, noiseMultiplier: 1 };
    expect(() => load({ rounds, privacy, startModel: "slicing" })).toThrow(/synchronous rounds/);
    const link = { brokerUrl: "mqtt://above:1883" };
    expect(load({ parent: { name: "east", link } }).parent?.link.brokerUrl).toBe(link.brokerUrl);
    expect(() => load({ parent: { name: "a/b", link } })).toThrow(/parent.name/);
  });

  it("refuses to serve beyond loopback without authentication unless told to", () => {
    for (const host of ["0.0.0.0", "192.168.1.2", "::", "example.org", "127.evil.example"]) {
      expect(() => loadConfig(cloudConfigSchema, undefined, { broker: { host } })).toThrow(
        /does not authenticate/,
      );
      const open = { broker: { host, anonymous: true } };
      expect(loadConfig(cloudConfigSchema, undefined, open).broker.host).toBe(host);
    }
    for (const host of ["127.0.0.1", "127.3.2.1", "::1", "localhost"]) {
      expect(loadConfig(cloudConfigSchema, undefined, { broker: { host } }).broker.host).toBe(host);
    }
  });
});
