import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it, onTestFinished } from "vitest";
import { brokerConfigSchema } from "../../cloud/broker/config.ts";
import { EmbeddedBroker } from "../../cloud/broker/embedded-broker.ts";
import { createRandom } from "../../core/random.ts";
import { createLog } from "../../platform/log.ts";
import { mqttConfigSchema } from "../../platform/mqtt/mqtt-config.ts";
import { MqttConnection } from "../../platform/mqtt/mqtt-connection.ts";
import { eventually } from "./eventually.ts";

const clients = 100;
const connectByte = 0x10;
const silent = createLog("fleet", "silent");
const { keepaliveS, connectTimeoutMs, backOff } = mqttConfigSchema.parse({});

/** The broker's door: sees when a CONNECT comes, and can cut everyone off at once. */
class Door {
  readonly connectsAtMs: number[] = [];
  private readonly sockets = new Set<Socket>();
  private readonly brokerPort: number;
  private server: Server | undefined;
  private port = 0;

  constructor(brokerPort: number) {
    this.brokerPort = brokerPort;
  }

  get url(): string {
    return `mqtt://127.0.0.1:${this.port}`;
  }

  async open(): Promise<void> {
    this.server = createServer((outer) => this.let(outer)).listen(this.port, "127.0.0.1");
    await once(this.server, "listening");
    this.port = (this.server.address() as AddressInfo).port;
  }

  close(): void {
    this.server?.close();
    this.cut();
  }

  cut(): void {
    this.connectsAtMs.length = 0;
    for (const socket of this.sockets) socket.destroy();
  }

  private let(outer: Socket): void {
    const inner = connect(this.brokerPort, "127.0.0.1");
    outer.once("data", (chunk: Buffer) => {
      if (chunk[0] === connectByte) this.connectsAtMs.push(performance.now());
    });
    for (const [from, to] of [
      [outer, inner],
      [inner, outer],
    ] as const) {
      this.sockets.add(from);
      from.on("error", () => from.destroy());
      from.on("close", () => {
        this.sockets.delete(from);
        to.destroy();
      });
      from.pipe(to);
    }
  }
}

/** The most of these times in any window of so many ms. */
function mostWithin(windowMs: number, timesMs: readonly number[]): number {
  const sorted = timesMs.toSorted((a, b) => a - b);
  return Math.max(
    ...sorted.map((start) => sorted.filter((t) => t >= start && t < start + windowMs).length),
  );
}

function startClient(url: string, i: number, uniform: () => number): MqttConnection {
  const connection = new MqttConnection({
    url,
    clientId: `ap-${i}`,
    subscriptions: { "slotwise/federation/round": 1 },
    will: {
      topic: `slotwise/agents/ap-${i}/state`,
      payload: new Uint8Array(),
      qos: 1,
      retain: false,
    },
    keepaliveS,
    connectTimeoutMs,
    backOff,
    streamCapacity: 1,
    uniform,
    log: silent,
    onMessage: () => {},
  });
  connection.start();
  onTestFinished(() => connection.stop());
  return connection;
}

/** A fleet that has been connected for long enough to count as such. */
async function connectedFleet(): Promise<{ door: Door; all: () => boolean }> {
  const broker = new EmbeddedBroker(brokerConfigSchema.parse({ port: 0 }), silent);
  await broker.start();
  onTestFinished(() => broker.stop());
  const door = new Door(broker.port);
  await door.open();
  onTestFinished(() => door.close());
  const random = createRandom(1, 1);
  const fleet = Array.from({ length: clients }, (_, i) =>
    startClient(door.url, i, () => random.uniform()),
  );
  const all = () => fleet.every(({ connected }) => connected);
  await eventually(all);
  await sleep(1100);
  return { door, all };
}

describe("100 clients that were cut at once come back at 20 or fewer in any 100 ms", () => {
  it("to a broker that stayed", async () => {
    const { door, all } = await connectedFleet();
    door.cut();
    await eventually(() => !all());
    await eventually(all);
    expect(door.connectsAtMs).toHaveLength(clients);
    expect(mostWithin(100, door.connectsAtMs)).toBeLessThanOrEqual(20);
  });

  it("to a broker that was away", async () => {
    const { door, all } = await connectedFleet();
    door.close();
    await sleep(5000);
    await door.open();
    await eventually(all);
    expect(door.connectsAtMs).toHaveLength(clients);
    expect(mostWithin(100, door.connectsAtMs)).toBeLessThanOrEqual(20);
  });
});
