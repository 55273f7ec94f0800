import { describe, expect, it } from "vitest";
import {
  brokerAddressOf,
  brokerUrlSchema,
  mqttConfigSchema,
  tlsFault,
} from "../../../../platform/mqtt/mqtt-config.ts";

const accepts = (url: string) => brokerUrlSchema.safeParse(url).success;

describe("a broker's URL", () => {
  it("is a host with or without a port from 1 to 65535", () => {
    const good = ["mqtt://h", "mqtt://h:1", "mqtt://10.0.0.1:65535", "mqtt://[::1]:1883"];
    expect(good.map(accepts)).toEqual([true, true, true, true]);
  });

  it("is refused with a port no socket has", () => {
    const bad = ["mqtt://h:99999", "mqtt://h:65536", "mqtt://h:0", "mqtt://h:-1", "mqtt://h:x"];
    expect(bad.map(accepts)).toEqual([false, false, false, false, false]);
  });

  it("is refused when it is anything else", () => {
    const bad = [
      "h:1883",
      "http://h:1883",
      "mqtt://",
      "mqtt://:1883",
      "mqtt://h/path",
      "mqtt://h?q",
    ];
    expect(bad.filter(accepts)).toEqual([]);
  });

  it("is refused with credentials in it, which are not told again", () => {
    for (const url of ["mqtt://user:secret@h:1883", "mqtt://user@h", "mqtt://:secret@h"]) {
      const message = brokerUrlSchema.safeParse(url).error?.issues[0]?.message ?? "";
      expect(message).toMatch(/without user name and password/);
      expect(message).not.toMatch(/secret/);
    }
  });

  it("is told in logs by host and port", () => {
    expect(["mqtt://h", "mqtt://u:p@h:1999", "mqtt://[::1]:7"].map(brokerAddressOf)).toEqual([
      "h:1883",
      "h:1999",
      "[::1]:7",
    ]);
  });
});

describe("certificates", () => {
  const tls = { key: "k", cert: "c", ca: "a" };

  it("go with mqtts:// and with nothing else", () => {
    const fault = (url: string, files?: typeof tls) =>
      tlsFault(url, mqttConfigSchema.parse({ tls: files }));
    expect(fault("mqtts://h", tls)).toBeUndefined();
    expect(fault("mqtt://h")).toBeUndefined();
    expect(fault("mqtts://h")).toMatch(/needs key, cert and ca/);
    expect(fault("mqtt://h", tls)).toMatch(/would not use/);
  });

  it("have a port of their own", () => {
    expect(brokerAddressOf("mqtts://h")).toBe("h:8883");
    expect(accepts("mqtts://h")).toBe(true);
  });
});
