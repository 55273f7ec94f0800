import pino from "pino";
import { describe, expect, it, vi } from "vitest";
import { MqttConnection } from "../../../../platform/mqtt/mqtt-connection.ts";

/** A connection to an address nobody has, and the lines it logs. */
function connectionTo(url: string) {
  const lines: Record<string, unknown>[] = [];
  const log = pino({}, { write: (line) => lines.push(JSON.parse(line)) });
  const connection = new MqttConnection({
    url,
    clientId: "test",
    subscriptions: {},
    will: { topic: "t", payload: new Uint8Array(), qos: 0, retain: false },
    keepaliveS: 10,
    connectTimeoutMs: 1000,
    backOff: { firstMs: 1, capMs: 1 },
    streamCapacity: 1,
    uniform: () => 0.5,
    log,
    onMessage: () => {},
  });
  return { connection, lines };
}

describe("an MQTT connection", () => {
  it("takes an address the socket refuses for a broker that is away", async () => {
    const { connection, lines } = connectionTo("mqtt://127.0.0.1:99999");
    expect(() => connection.start()).not.toThrow();
    expect(lines.at(0)).toMatchObject({ level: 40, msg: "no broker" });
    expect(connection.connected).toBe(false);
    await connection.stop();
  });

  it("says once why there is no broker", async () => {
    const { connection, lines } = connectionTo("mqtt://127.0.0.1:1");
    connection.start();
    await vi.waitFor(() => expect(lines.length).toBeGreaterThan(0));
    const reason = expect.stringContaining("ECONNREFUSED");
    expect(lines.at(0)).toMatchObject({ msg: "no broker", broker: "127.0.0.1:1", reason });
    await connection.stop();
  });
});
