import { describe, expect, it } from "vitest";
import type { StartBatchProcess } from "../../../../../agent/actuate/tc/batch-process.ts";
import { ArrivalCounters } from "../../../../../agent/observe/nft/arrival-counters.ts";
import { arrivalCountersConfigSchema } from "../../../../../agent/observe/nft/config.ts";

const config = arrivalCountersConfigSchema.parse({ table: "slices", counters: ["a", "b"] });

/** Captured from nftables 1.0.6, with names and numbers of this test. */
function answer(counters: readonly (readonly [string, number, number])[]): string {
  const listed = counters.map(([name, packets, bytes]) => ({
    counter: { family: "inet", name, table: "slices", handle: 1, packets, bytes },
  }));
  const metainfo = { version: "1.0.6", release_name: "Lester Gooch #5", json_schema_version: 1 };
  return `${JSON.stringify({ nftables: [{ metainfo }, ...listed] })}\n`;
}

/** Fake: an nft that answers each line with the next of these, or with silence. */
function fakeNft(answers: readonly (string | undefined)[]) {
  const asked: string[] = [];
  let processes = 0;
  const start: StartBatchProcess = (command, args, events) => {
    processes++;
    expect([command, ...args]).toEqual(["nft", "-i", "-j"]);
    return {
      write: (text) => {
        const reply = answers[asked.push(text) - 1];
        if (reply !== undefined) setImmediate(() => events.output(reply));
      },
      end: () => events.ended("end of input"),
      kill: () => events.ended("killed"),
    };
  };
  const counters = new ArrivalCounters(config, 50, start);
  counters.start();
  return { counters, asked, processes: () => processes };
}

describe("arrivals by nftables counters", () => {
  it("are the payload bits of each slice's counter, in the order of the slices", async () => {
    const text = answer([
      ["b", 2, 1056],
      ["other", 9, 900],
      ["a", 1, 128],
    ]);
    const { counters, asked, processes } = fakeNft([text, text]);
    expect(await counters.read()).toEqual([800, 8000]);
    expect(await counters.read()).toEqual([800, 8000]);
    expect(asked).toEqual(Array(2).fill("list counters table inet slices\n"));
    expect(processes()).toBe(1);
  });

  it("are not there while a counter is missing", async () => {
    const { counters } = fakeNft([answer([["a", 1, 128]])]);
    await expect(counters.read()).rejects.toThrow("no counter b");
  });

  it("go on in another process after one that kept silent", async () => {
    const text = answer([
      ["a", 1, 128],
      ["b", 1, 28],
    ]);
    const { counters, processes } = fakeNft([undefined, text]);
    await expect(counters.read()).rejects.toThrow("nft has not answered within 50 ms");
    await new Promise((resolve) => setTimeout(resolve, 120));
    expect(await counters.read()).toEqual([800, 0]);
    expect(processes()).toBe(2);
  });

  it("take no name that would be a command", () => {
    const parse = (table: string) => arrivalCountersConfigSchema.safeParse({ ...config, table });
    expect(parse("slices").success).toBe(true);
    for (const table of ["a b", "a;flush", "", "1\n"]) expect(parse(table).success).toBe(false);
  });
});
