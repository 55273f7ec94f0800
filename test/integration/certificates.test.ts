import "reflect-metadata";
import { readFileSync } from "node:fs";
import { connect as connectTcp } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { X509Certificate } from "@peculiar/x509";
import { connectAsync } from "mqtt";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createCertificate } from "../../deploy/provision/authority.ts";
import { generateKeys, keysFromPem, privateKeyPem } from "../../deploy/provision/keys.ts";
import { readTlsFiles, type TlsContents, type TlsFiles } from "../../platform/tls-files.ts";
import { eventually } from "./eventually.ts";
import { hasMosquitto } from "./mosquitto-broker.ts";
import { connectPacket } from "./raw-mqtt.ts";
import {
  connectSecured,
  MosquittoSecuredBroker,
  SecuredSite,
  SlotwiseSecuredBroker,
  validNow,
} from "./secured-site.ts";
import { SimulatedAgent } from "./simulated-agent.ts";

const dayMs = 86_400_000;

const brokers = [
  { name: "the embedded broker", available: true, create: () => new SlotwiseSecuredBroker() },
  { name: "mosquitto", available: hasMosquitto, create: () => new MosquittoSecuredBroker() },
];

const stateOf = (agent: string) => `slotwise/agents/${agent}/state`;

describe.each(brokers.filter(({ available }) => available))("$name", ({ name, create }) => {
  const site = new SecuredSite();
  const foreignSite = new SecuredSite();
  const broker = create();
  let revokedBefore: TlsFiles;

  /** What the site's own tools would never sign. */
  async function signedByHand(commonName: string): Promise<TlsContents> {
    const read = (file: string) => readFileSync(join(site.siteDirectory, file), "utf8");
    const ca = read("ca.crt");
    const authority = {
      certificate: new X509Certificate(ca),
      keys: await keysFromPem(read("authority.key")),
    };
    const keys = await generateKeys();
    const wish = { name: commonName, publicKey: keys.publicKey, validity: validNow() };
    const certificate = await createCertificate(authority, wish);
    return { key: await privateKeyPem(keys), cert: certificate.toString("pem"), ca };
  }

  const refused = (clientId: string, credentials: Parameters<typeof connectSecured>[2]) =>
    expect(connectSecured(broker.port, clientId, credentials)).rejects.toThrow();

  beforeAll(async () => {
    await site.create();
    await foreignSite.create();
    revokedBefore = await site.issue("ap-9");
    await (await site.open()).revoke("ap-9");
    await site.issue("operator.anna");
    await broker.start(site);
  });

  afterAll(async () => {
    await broker.stop();
    site.remove();
    foreignSite.remove();
  });

  it("takes a valid certificate and refuses an expired one", async () => {
    const good = await connectSecured(broker.port, "ap-0", await site.issue("ap-0"));
    await good.endAsync();
    await refused("ap-0", await site.issue("ap-0", { fromMs: Date.now() - 10 * dayMs, days: 9 }));
  });

  it("refuses a certificate that is not valid yet", async () => {
    await refused("ap-0", await site.issue("ap-0", { fromMs: Date.now() + dayMs, days: 9 }));
  });

  it("refuses another site's certificate", async () => {
    const { ca } = readTlsFiles(await site.issue("ap-0"));
    await refused("ap-0", { ...readTlsFiles(await foreignSite.issue("ap-0")), ca });
  });

  it("refuses the broker's own certificate as a client's", async () => {
    const pem = readFileSync(join(site.siteDirectory, "broker.pem"), "utf8");
    const ca = readFileSync(join(site.siteDirectory, "ca.crt"), "utf8");
    await refused("localhost", { key: pem, cert: pem, ca });
  });

  it("refuses a client without a certificate", async () => {
    const { ca } = readTlsFiles(await site.issue("ap-0"));
    const options = { protocolVersion: 4, reconnectPeriod: 0, clientId: "ap-0", ca } as const;
    await expect(
      connectAsync(`mqtts://localhost:${broker.port}`, options, false),
    ).rejects.toThrow();
  });

  it("is refused by a client that looks for it under another name", async () => {
    const credentials = await site.issue("ap-0");
    const connection = connectSecured(broker.port, "ap-0", credentials, {
      servername: "other.example",
    });
    await expect(connection).rejects.toThrow(/other\.example/);
  });

  it("answers nothing in plaintext", async () => {
    const socket = connectTcp(broker.port, "127.0.0.1");
    let answered = "";
    socket.on("data", (bytes) => {
      answered += bytes.toString("latin1");
    });
    socket.on("error", () => undefined);
    socket.write(connectPacket("ap-0"));
    await new Promise((resolve) => socket.once("close", resolve));
    // At most a TLS alert: never a CONNACK.
    expect(answered.startsWith(" \u0002")).toBe(false);
    const plain = { protocolVersion: 4, reconnectPeriod: 0 } as const;
    await expect(connectAsync(`mqtt://127.0.0.1:${broker.port}`, plain, false)).rejects.toThrow();
  });

  it.each(["../ap-0", "+", "operator", "operator.", "Aggregator.main", "ap-0/state"])(
    "gives the wrong name '%s' nothing",
    async (wrongName) => {
      const watcher = await connectSecured(
        broker.port,
        "operator.anna",
        await site.issue("operator.anna"),
      );
      const heard: string[] = [];
      watcher.on("message", (topic) => heard.push(topic));
      await watcher.subscribeAsync("slotwise/#");
      const credentials = await signedByHand(wrongName);
      const client = await connectSecured(broker.port, wrongName, credentials).catch(
        () => undefined,
      );
      // "operator" is an agent's name, and nothing more.
      if (name === "the embedded broker")
        expect(client !== undefined).toBe(wrongName === "operator");
      client?.on("message", (topic) => heard.push(topic));
      client?.on("error", () => undefined);
      await client?.subscribeAsync("slotwise/#").catch(() => undefined);
      for (const topic of [stateOf("ap-0"), "slotwise/cloud/state"]) {
        client?.publish(topic, "forged", { qos: 1 }, () => undefined);
        await delay(100);
      }
      expect(heard).toEqual([]);
      await client?.endAsync(true);
      await watcher.endAsync();
    },
  );

  it("lets nobody have the client id of another's certificate", async () => {
    const holder = await connectSecured(broker.port, "ap-1", await site.issue("ap-1"));
    holder.on("error", () => undefined);
    const watcher = await connectSecured(
      broker.port,
      "operator.anna",
      await site.issue("operator.anna"),
    );
    const heard: string[] = [];
    watcher.on("message", (topic, payload) => heard.push(`${topic} ${payload}`));
    await watcher.subscribeAsync("slotwise/#", { qos: 1 });
    const credentials = await site.issue("ap-0");
    const thief = await connectSecured(broker.port, "ap-1", credentials).catch(() => undefined);
    // Mosquitto cannot refuse it: it is ap-0 there, as its certificate says.
    expect(thief !== undefined).toBe(name === "mosquitto");
    thief?.on("error", () => undefined);
    thief?.publish(stateOf("ap-1"), "stolen", { qos: 1 }, () => undefined);
    await thief?.publishAsync(stateOf("ap-0"), "own", { qos: 1 });
    await holder.publishAsync(stateOf("ap-1"), "holder's", { qos: 1 });
    const own = thief === undefined ? [] : [`${stateOf("ap-0")} own`];
    await eventually(() => heard.includes(`${stateOf("ap-1")} holder's`));
    expect(heard.toSorted()).toEqual([...own, `${stateOf("ap-1")} holder's`]);
    for (const client of [holder, watcher, thief]) await client?.endAsync(true);
  });

  it("is not even asked by a client of ours with another's certificate", async () => {
    const url = `mqtts://localhost:${broker.port}`;
    const link = { mqtt: { tls: await site.issue("ap-0") } };
    const agent = new SimulatedAgent("ap-1", url, 1, { link }).start();
    const right = new SimulatedAgent("ap-0", url, 1, { link }).start();
    await eventually(() => right.link.connected);
    await delay(500);
    expect(agent.link.connected).toBe(false);
    await Promise.all([agent.stop(), right.stop()]);
  });

  it("refuses a certificate that was revoked before it started", async () => {
    await refused("ap-9", revokedBefore);
  });

  it("takes the word from a client that is revoked, and no new connection of it", async () => {
    const watcher = await connectSecured(
      broker.port,
      "operator.bea",
      await site.issue("operator.bea"),
    );
    await broker.reload();
    const heard: string[] = [];
    watcher.on("message", (_, payload) => heard.push(`${payload}`));
    await watcher.subscribeAsync("slotwise/#", { qos: 1 });
    const credentials = await site.issue("ap-5");
    const other = await connectSecured(broker.port, "ap-6", await site.issue("ap-6"));
    const client = await connectSecured(broker.port, "ap-5", credentials);
    client.on("error", () => undefined);
    await client.publishAsync(stateOf("ap-5"), "before", { qos: 1 });
    await eventually(() => heard.includes("before"));
    await (await site.open()).revoke("ap-5");
    await broker.reload();
    if (name === "the embedded broker") await eventually(() => !client.connected);
    client.publish(stateOf("ap-5"), "after", { qos: 1 }, () => undefined);
    await refused("ap-5", credentials);
    await other.publishAsync(stateOf("ap-6"), "unharmed", { qos: 1 });
    await eventually(() => heard.includes("unharmed"));
    expect(heard).not.toContain("after");
    await client.endAsync(true);
    await other.endAsync();
    await watcher.endAsync();
  });

  it("takes a renewed certificate while the old one is still in use", async () => {
    const old = await connectSecured(broker.port, "ap-7", await site.issue("ap-7"));
    old.on("error", () => undefined);
    const renewed = await connectSecured(broker.port, "ap-7", await site.issue("ap-7"));
    await renewed.publishAsync(stateOf("ap-7"), "renewed", { qos: 1 });
    expect(renewed.connected).toBe(true);
    await renewed.endAsync();
    await old.endAsync(true);
  });
});
