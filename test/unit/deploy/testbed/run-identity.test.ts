import { describe, expect, it } from "vitest";
import {
  folderOf,
  isAlive,
  namespaceName,
  ownIdentity,
  runOfFolder,
  runOfNamespace,
} from "../../../../deploy/testbed/run-identity.ts";

describe("the identity of a testbed run", () => {
  it("is found again in the names of its namespaces and of its folder", () => {
    const run = ownIdentity();
    expect(runOfNamespace(namespaceName(run, "user0"))).toEqual(run);
    expect(runOfFolder(folderOf(run).split("/").at(-1) as string)).toEqual(run);
  });

  it("is found in no name that something else made", () => {
    for (const name of ["slotwise-demo-x", "blue", "slotwise-12-ap", "my-slotwise-1x2-ap", ""]) {
      expect(runOfNamespace(name)).toBeUndefined();
      expect(runOfFolder(name)).toBeUndefined();
    }
  });

  it("lives as long as its process, and not in another that got its number", () => {
    const run = ownIdentity();
    expect(isAlive(run)).toBe(true);
    expect(isAlive({ ...run, startTicks: "1" })).toBe(false);
    expect(isAlive({ pid: 2 ** 22 + 1, startTicks: run.startTicks })).toBe(false);
  });
});
