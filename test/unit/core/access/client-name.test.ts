import { describe, expect, it } from "vitest";
import { aggregatorClientId, roleOf } from "../../../../core/access/client-name.ts";

describe("a client id", () => {
  it.each([
    ["ap-0", "agent"],
    ["aggregator", "agent"],
    [aggregatorClientId, "aggregator"],
    ["operator.anna", "operator"],
  ])("%s is that of an %s", (clientId, role) => {
    expect(roleOf(clientId)).toBe(role);
  });

  it.each([
    "",
    "agent.ap-0",
    "operator.",
    "operator.a.b",
    "operator.+",
    "Operator.a",
    "a/b",
    "+",
    "#",
    "%u",
    "constructor.x",
    `a${"b".repeat(64)}`,
  ])("'%s' stands for no role", (clientId) => {
    expect(roleOf(clientId)).toBeUndefined();
  });
});
