import { setTimeout as delay } from "node:timers/promises";
import type { IClientPublishOptions, MqttClient } from "mqtt";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { accessOf, accessTable } from "../../core/access/access-table.ts";
import { aggregatorClientId, type Role, roleOf } from "../../core/access/client-name.ts";
import { filterCovers } from "../../core/access/topic-filter.ts";
import type { TlsFiles } from "../../platform/tls-files.ts";
import { eventually } from "./eventually.ts";
import { hasMosquitto } from "./mosquitto-broker.ts";
import {
  connectSecured,
  MosquittoSecuredBroker,
  SecuredSite,
  SlotwiseSecuredBroker,
} from "./secured-site.ts";

const victim = "ap-0";
const attackers = ["ap-1", "operator.eve", aggregatorClientId];
const witness = "operator.anna";
const everyone = [victim, ...attackers, witness, "ap-2"];

const topicOf = (filter: string, name: string) => filter.replace("+", name);

/** Topics of the table under several names, and topics that look like them. */
const topics = [
  ...accessTable.flatMap(({ message }) =>
    [victim, "ap-1", "ap-2", "nobody", "operator.eve"].map((name) =>
      topicOf(message.subscription, name),
    ),
  ),
  "slotwise",
  "slotwise/agents",
  "slotwise/agents/ap-1",
  "slotwise/agents//state",
  "slotwise/agents/ap-1/state/",
  "slotwise/agents/ap-1/state/more",
  "slotwise/agents/AP-1/state",
  "slotwise/agents/ap-1 /state",
  "slotwise/agents/%u/state",
  "slotwise/agents/%c/state",
  "slotwise/agents/../ap-0/state",
  "slotwise/agents/ap-1/secret",
  "/slotwise/agents/ap-1/state",
  "slotwise/federation/update",
  "slotwise/federation/round/x",
  "slotwise/cloud",
  "SLOTWISE/cloud/state",
  "other",
  "$SYS/broker/uptime",
  "$SYS/slotwise/cloud/state",
  "$share/g/slotwise/agents/ap-0/state",
];

const filters = [
  ...accessTable.map(({ message }) => message.subscription),
  ...accessTable.map(({ message }) => topicOf(message.subscription, victim)),
  "#",
  "+/#",
  "+/+/+/+",
  "slotwise/#",
  "slotwise/+/#",
  "slotwise/agents/#",
  "slotwise/agents/+/#",
  "slotwise/agents/+/+",
  "slotwise/agents/ap-0/#",
  "slotwise/agents/ap-0/+",
  "slotwise/+/ap-0/state",
  "slotwise/+/+/state",
  "slotwise/federation/#",
  "slotwise/federation/+/+",
  "slotwise/federation/update/#",
  "+/federation/update/ap-0",
  "slotwise/cloud/#",
  "slotwise/cloud/+",
  "$SYS/#",
  "$SYS/+/new/clients",
  "$SYS/broker/clients/#",
];

interface Publication {
  readonly who: string;
  readonly topic: string;
  readonly way: "retained" | "will";
}

interface Subscription {
  readonly who: string;
  readonly filter: string;
}

const accessFor = (who: string) => accessOf(roleOf(who) as Role, who);

const mayPublish = ({ who, topic }: { who: string; topic: string }) =>
  accessFor(who).publish.some((filter) => filterCovers(filter, topic));

const mayRead = (who: string, topic: string) =>
  accessFor(who).subscribe.some((filter) => filterCovers(filter, topic));

const forbiddenPublications: Publication[] = attackers
  .flatMap((who) => [...new Set(topics)].map((topic) => ({ who, topic })))
  .filter((publication) => !mayPublish(publication))
  .flatMap((publication) => [
    { ...publication, way: "retained" as const },
    { ...publication, way: "will" as const },
  ])
  .sort((a, b) => a.way.localeCompare(b.way));

const forbiddenSubscriptions: Subscription[] = attackers.flatMap((who) =>
  [...filters, ...filters.map((filter) => `$share/group/${filter}`)]
    .filter((filter) => !accessFor(who).subscribe.some((allowed) => filterCovers(allowed, filter)))
    .map((filter) => ({ who, filter })),
);

const brokers = [
  { name: "the embedded broker", available: true, create: () => new SlotwiseSecuredBroker() },
  { name: "mosquitto", available: hasMosquitto, create: () => new MosquittoSecuredBroker() },
];

describe("the cases", () => {
  it("are at least 200 of each kind that is forbidden", () => {
    expect(forbiddenPublications.length).toBeGreaterThanOrEqual(200);
    expect(forbiddenSubscriptions.length).toBeGreaterThanOrEqual(100);
  });
});

describe.each(brokers.filter(({ available }) => available))("access on $name", ({ create }) => {
  const site = new SecuredSite();
  const broker = create();
  const credentials = new Map<string, TlsFiles>();
  const open: MqttClient[] = [];
  const heard: { readonly who: string; readonly topic: string; readonly text: string }[] = [];

  async function client(who: string, clientId = who): Promise<MqttClient> {
    const connected = await connectSecured(broker.port, clientId, credentials.get(who) as TlsFiles);
    open.push(connected);
    connected.on("error", () => undefined);
    connected.on("message", (topic, payload) => heard.push({ who, topic, text: `${payload}` }));
    return connected;
  }

  /** Tries each on a connection that lasts until the broker closes it. */
  async function attemptAll(who: string, publications: readonly Publication[]): Promise<void> {
    const files = credentials.get(who) as TlsFiles;
    let connected: MqttClient | undefined;
    for (const { topic, way } of publications) {
      if (way === "will") {
        await connected?.endAsync(true);
        connected = undefined;
        await leaveWill(who, files, topic);
        continue;
      }
      if (!connected?.connected) connected = await client(who);
      await publishUntilAnswered(connected, topic);
    }
    await connected?.endAsync(true);
  }

  /** Both brokers refuse a connection with such a will. */
  async function leaveWill(who: string, files: TlsFiles, topic: string): Promise<void> {
    const will = { topic, payload: Buffer.from("forbidden"), qos: 1 as const, retain: true };
    const connected = await connectSecured(broker.port, who, files, { will }).catch(
      () => undefined,
    );
    connected?.on("error", () => undefined);
    connected?.stream.destroy();
    await connected?.endAsync(true);
  }

  const marked = () => heard.filter(({ text }) => text === "forbidden");

  /** Every legitimate sender says something on every topic it has. */
  async function everyoneSpeaks(senders: ReadonlyMap<string, MqttClient>, text: string) {
    for (const [who, sender] of senders) {
      for (const filter of accessFor(who).publish) {
        const options: IClientPublishOptions = { qos: 1, retain: filter.endsWith("state") };
        await sender.publishAsync(topicOf(filter, victim), text, options);
      }
    }
  }

  beforeAll(async () => {
    await site.create();
    for (const name of everyone) credentials.set(name, await site.issue(name));
    await broker.start(site);
  });

  afterAll(async () => {
    for (const connected of open) await connected.endAsync(true);
    await broker.stop();
    site.remove();
  });

  it("lets each client say what is its to say", async () => {
    const operator = await client(witness);
    await operator.subscribeAsync("slotwise/#", { qos: 1 });
    const senders = new Map([
      [victim, await client(victim)],
      [aggregatorClientId, await client(aggregatorClientId)],
    ]);
    await everyoneSpeaks(senders, "allowed");
    const said = [...senders.keys()].flatMap((who) => accessFor(who).publish);
    await eventually(
      () =>
        said.every((topic) =>
          heard.some((h) => h.who === witness && h.topic === topicOf(topic, victim)),
        ),
      () => heard,
    );
    for (const sender of senders.values()) await sender.endAsync();
  });

  it(`keeps ${forbiddenPublications.length} messages, retained messages and wills from everyone`, {
    timeout: 120_000,
  }, async () => {
    const reader = await client("ap-2");
    for (const filter of accessFor("ap-2").subscribe)
      await reader.subscribeAsync(filter, { qos: 1 });
    await Promise.all(
      attackers.map((who) =>
        attemptAll(
          who,
          forbiddenPublications.filter((publication) => publication.who === who),
        ),
      ),
    );
    await delay(500);
    const late = await client("operator.eve");
    await late.subscribeAsync("slotwise/#", { qos: 1 });
    await eventually(() =>
      heard.some(({ who, text }) => who === "operator.eve" && text === "allowed"),
    );
    expect(marked()).toEqual([]);
    await late.endAsync();
    await reader.endAsync();
  });

  it.each(attackers)("delivers nothing to %s that is not its to read", async (who) => {
    const attacker = await client(who);
    for (const { filter } of forbiddenSubscriptions.filter((s) => s.who === who)) {
      await attacker.subscribeAsync(filter, { qos: 1 }).catch(() => undefined);
    }
    const [readable = ""] = accessFor(who).subscribe;
    await attacker.subscribeAsync(readable, { qos: 1 });
    const senders = new Map([[victim, await client(victim)]]);
    if (who !== aggregatorClientId) {
      senders.set(aggregatorClientId, await client(aggregatorClientId));
    }
    await everyoneSpeaks(senders, `to ${who}`);
    await delay(500);
    const theirs = heard.filter((message) => message.who === who);
    expect(theirs.filter(({ topic }) => !mayRead(who, topic))).toEqual([]);
    expect(attacker.connected).toBe(true);
    await attacker.endAsync();
    for (const sender of senders.values()) await sender.endAsync();
  });

  it.each([victim, aggregatorClientId, witness, "", "nobody", "__proto__", "constructor"])(
    "does not let ap-1 have the place of '%s'",
    async (clientId) => {
      const holder = everyone.includes(clientId) ? await client(clientId) : undefined;
      let lost = false;
      holder?.on("close", () => {
        lost = true;
      });
      const thief = await client("ap-1", clientId).catch(() => undefined);
      await thief?.publishAsync(topicOf("slotwise/agents/+/state", victim), "forbidden", {
        qos: 1,
      });
      await delay(200);
      expect(lost).toBe(false);
      expect(marked()).toEqual([]);
      await thief?.endAsync(true);
      await holder?.endAsync();
    },
  );
});

/** Resolves when the broker has taken the message or has hung up. */
function publishUntilAnswered(client: MqttClient, topic: string): Promise<void> {
  return new Promise((resolve) => {
    const answered = () => {
      client.off("close", answered);
      resolve();
    };
    client.once("close", answered);
    client.publish(topic, "forbidden", { qos: 1, retain: true }, answered);
  });
}
