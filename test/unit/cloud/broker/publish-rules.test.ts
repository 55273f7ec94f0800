import { describe, expect, it } from "vitest";
import { PublishRules } from "../../../../cloud/broker/publish-rules.ts";
import { accessOf, anonymousAccess } from "../../../../core/access/access-table.ts";

const stateOf = (agent: string) => `slotwise/agents/${agent}/state`;

function retains(rules: PublishRules, topic: string, bytes = 100): boolean {
  return rules.retains({ topic, qos: 1, retain: true, bytes });
}

describe("what the broker lets clients publish", () => {
  it("is every topic of the table of messages", () => {
    const rules = new PublishRules(1);
    for (const topic of [
      "slotwise/agents/ap-0/state",
      "slotwise/agents/ap-0/telemetry",
      "slotwise/federation/update/ap-0",
      "slotwise/federation/round",
      "slotwise/federation/global",
      "slotwise/cloud/state",
    ]) {
      expect([0, 1, 2].map((qos) => rules.allows({ topic, qos }, anonymousAccess))).toEqual([
        true,
        true,
        false,
      ]);
    }
  });

  it("is nothing else", () => {
    const rules = new PublishRules(1);
    for (const topic of [
      "junk",
      "slotwise",
      "slotwise/agents/ap-0",
      "slotwise/agents/a b/state",
      "slotwise/agents/a/b/state",
      "slotwise/agents//state",
      `slotwise/agents/${"a".repeat(65)}/state`,
      "slotwise/federation/update",
      "slotwise/federation/round/x",
      "$SYS/x",
    ]) {
      expect(rules.allows({ topic, qos: 0 }, anonymousAccess)).toBe(false);
    }
  });

  it("is for an agent its own topics alone", () => {
    const rules = new PublishRules(1);
    const access = accessOf("agent", "ap-0");
    expect(rules.allows({ topic: stateOf("ap-0"), qos: 1 }, access)).toBe(true);
    for (const topic of [stateOf("ap-1"), "slotwise/federation/round", "slotwise/cloud/state"]) {
      expect(rules.allows({ topic, qos: 1 }, access)).toBe(false);
    }
  });

  it("is retained only where the table says so and the sender wants it", () => {
    const rules = new PublishRules(1);
    expect(retains(rules, "slotwise/federation/round")).toBe(true);
    expect(retains(rules, "slotwise/federation/global", 1e6)).toBe(true);
    expect(retains(rules, "slotwise/cloud/state")).toBe(true);
    expect(retains(rules, stateOf("ap-0"))).toBe(true);
    expect(retains(rules, "slotwise/agents/ap-0/telemetry")).toBe(false);
    expect(retains(rules, "slotwise/federation/update/ap-0")).toBe(false);
    const live = { topic: stateOf("ap-0"), qos: 1, retain: false, bytes: 100 };
    expect(rules.retains(live)).toBe(false);
  });

  it("is retained for so many agents, and for another once one is cleared", () => {
    const rules = new PublishRules(2);
    expect(["a", "b", "c", "a"].map((agent) => retains(rules, stateOf(agent)))).toEqual([
      true,
      true,
      false,
      true,
    ]);
    expect(retains(rules, stateOf("b"), 0)).toBe(true);
    expect(retains(rules, stateOf("c"))).toBe(true);
    expect(retains(rules, stateOf("b"))).toBe(false);
  });

  it("is not retained when it is longer than any state of an agent", () => {
    const rules = new PublishRules(1);
    expect([4096, 4097].map((bytes) => retains(rules, stateOf("a"), bytes))).toEqual([true, false]);
  });
});
