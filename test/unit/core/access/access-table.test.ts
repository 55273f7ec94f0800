import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { accessOf, accessTable, anonymousAccess } from "../../../../core/access/access-table.ts";

const messages = fileURLToPath(new URL("../../../../core/messages", import.meta.url));

async function mqttMessages(): Promise<object[]> {
  const exported = await Promise.all(
    readdirSync(messages).map((file): Promise<object> => import(`${messages}/${file}`)),
  );
  return exported
    .flatMap((module) => Object.values(module) as unknown[])
    .filter((value): value is object => {
      return typeof value === "object" && value !== null && Object.hasOwn(value, "subscription");
    });
}

describe("the access table", () => {
  it("names every message once", async () => {
    const known = await mqttMessages();
    expect(known.length).toBeGreaterThanOrEqual(6);
    expect(new Set(accessTable.map(({ message }) => message))).toEqual(new Set(known));
    expect(accessTable).toHaveLength(known.length);
  });

  it("lets an agent speak under its own name alone and hear the rounds", () => {
    const { publish, subscribe } = accessOf("agent", "ap-0");
    expect(publish).toContain("slotwise/agents/ap-0/state");
    expect(publish).toContain("slotwise/federation/update/ap-0");
    expect(publish.join()).not.toMatch(/[+#]/);
    expect(subscribe).toContain("slotwise/federation/global");
    expect(subscribe).toContain("slotwise/agents/ap-0/state");
    expect(subscribe).not.toContain("slotwise/agents/ap-0/telemetry");
  });

  it("lets the aggregator hear every agent and announce", () => {
    const { publish, subscribe } = accessOf("aggregator", "aggregator.main");
    expect(publish).toContain("slotwise/federation/round");
    expect(publish).not.toContain("slotwise/agents/+/state");
    expect(subscribe).toContain("slotwise/federation/update/+");
  });

  it("lets an operator hear everything and say nothing", () => {
    const all = { publish: [], subscribe: ["slotwise/#"] };
    expect(accessOf("operator", "operator.anna")).toEqual(all);
  });

  it("lets anyone say what is in it where nobody is asked", () => {
    expect(anonymousAccess.publish).toHaveLength(accessTable.length);
  });
});
