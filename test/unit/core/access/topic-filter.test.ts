import { describe, expect, it } from "vitest";
import { filterCovers } from "../../../../core/access/topic-filter.ts";

describe("a topic filter", () => {
  it.each([
    ["a/b", "a/b"],
    ["a/+", "a/b"],
    ["a/+", "a/+"],
    ["a/+", "a/"],
    ["a/#", "a"],
    ["a/#", "a/b/c"],
    ["a/#", "a/+/c"],
    ["a/#", "a/#"],
    ["#", "a/#"],
    ["#", "+/+"],
    ["+/b", "a/b"],
  ])("%s covers %s", (outer, inner) => {
    expect(filterCovers(outer, inner)).toBe(true);
  });

  it.each([
    ["a/b", "a/+"],
    ["a/b", "a/#"],
    ["a/b", "a"],
    ["a/b", "a/b/c"],
    ["a/b", "a/b/#"],
    ["a/+", "a/#"],
    ["a/+", "a"],
    ["a/+", "a/b/c"],
    ["a/#", "#"],
    ["a/#", "+/b"],
    ["a/#", "ab"],
    ["#", "$SYS/x"],
    ["+/x", "$SYS/x"],
    ["#", "$share/g/a"],
    ["", "a"],
  ])("%s does not cover %s", (outer, inner) => {
    expect(filterCovers(outer, inner)).toBe(false);
  });
});
