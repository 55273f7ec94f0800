import { describe, expect, it } from "vitest";
import { parseHtbClasses } from "../../../../../agent/actuate/tc/htb-classes.ts";
import { classesUnderTraffic, classesWithoutCounters } from "./captured.ts";

describe("the reader of tc's class listing", () => {
  it("reads rates, counters and backlog of every class", () => {
    const classes = parseHtbClasses(classesUnderTraffic);
    expect([...classes.keys()]).toEqual(["1:11", "1:1", "1:13", "1:12"]);
    expect(classes.get("1:12")).toEqual({
      rateBitPerS: 16_500_000,
      ceilBitPerS: 16_500_000,
      sentBytes: 4_361_714,
      sentPackets: 4453,
      droppedPackets: 0,
      backlogBytes: 10_774,
      backlogPackets: 11,
    });
  });

  it("does not give a class the counters of the qdiscs listed after it", () => {
    const classes = parseHtbClasses(classesUnderTraffic);
    expect(classes.get("1:12")?.sentBytes).not.toBe(4_382_283);
    expect(classes.size).toBe(4);
  });

  it("reads rates without counters", () => {
    const classes = parseHtbClasses(classesWithoutCounters);
    expect(classes.get("1:11")?.rateBitPerS).toBe(6e6);
    expect(classes.get("1:13")).toMatchObject({ rateBitPerS: 7.5e6, sentBytes: 0 });
  });

  it("knows the units that tc prints sizes and rates in", () => {
    const text =
      "class htb 1:11 root prio 0 rate 1Gbit ceil 800bit burst 1b cburst 1b \n" +
      " backlog 12Kb 9p requeues 0\n";
    expect(parseHtbClasses(text).get("1:11")).toMatchObject({
      rateBitPerS: 1e9,
      ceilBitPerS: 800,
      backlogBytes: 12 * 1024,
      backlogPackets: 9,
    });
  });

  it("finds nothing in what is not a listing", () => {
    expect(parseHtbClasses("Cannot find device air0\n Sent 5 bytes 1 pkt (dropped 0").size).toBe(0);
  });
});
