import { describe, expect, it } from "vitest";
import { TcBatch } from "../../../../../agent/actuate/tc/tc-batch.ts";
import { equalSharing, type FakeTc } from "./fake-tc.ts";

function batchOn(tc: FakeTc, answerTimeoutMs = 1000): TcBatch {
  const batch = new TcBatch({
    device: "air0",
    options: [],
    answerTimeoutMs,
    startProcess: tc.start,
  });
  batch.start();
  return batch;
}

const show = ["class show dev air0"];
const pause = (durationMs: number) => new Promise((resolve) => setTimeout(resolve, durationMs));

describe("the long-lived tc", () => {
  it("answers many questions with one process, each with its own text", async () => {
    const tc = equalSharing();
    const batch = batchOn(tc);
    const change =
      "class change dev air0 parent 1:1 classid 1:11 htb prio 0 rate 3000000bit ceil 3000000bit burst 1600 cburst 1600 quantum 1514";
    const [first, second] = await Promise.all([batch.ask(show), batch.ask([change, ...show])]);
    expect(first).toContain("1:11 parent 1:1 leaf 8011: prio 0 rate 18Mbit");
    expect(second).toContain("1:11 parent 1:1 leaf 8011: prio 0 rate 3Mbit");
    expect(tc.processes).toBe(1);
    await batch.stop();
  });

  it("counts the commands that tc refuses and goes on", async () => {
    const tc = equalSharing();
    const batch = batchOn(tc);
    await batch.ask([
      "class change dev air0 parent 1:1 classid 1:99 htb prio 0 rate 1bit ceil 1bit burst 1600 cburst 1600 quantum 1514",
    ]);
    expect(batch.faults).toBe(1);
    expect(batch.lastFault).toContain("No such file");
    expect(await batch.ask(show)).toContain("1:13");
    await batch.stop();
  });

  it("fails what was asked of a tc that dies, and starts another for the next question", async () => {
    const tc = equalSharing();
    const batch = batchOn(tc);
    tc.answering = false;
    const asked = batch.ask(show);
    tc.die("tc ended with SIGKILL");
    await expect(asked).rejects.toThrow("SIGKILL");
    tc.answering = true;
    await pause(120);
    expect(await batch.ask(show)).toContain("1:11");
    expect(batch.restarts).toBe(1);
    expect(tc.processes).toBe(2);
    await batch.stop();
  });

  it("does not restart a tc that dies at once more often than every 100 ms", async () => {
    const tc = equalSharing();
    const batch = batchOn(tc);
    tc.die("tc ended with 1");
    await pause(1);
    await expect(batch.ask(show)).rejects.toThrow("not running");
    expect(tc.processes).toBe(1);
    await batch.stop();
  });

  it("gives a question up after its time, and ends a tc that answers nothing at all", async () => {
    const tc = equalSharing();
    const batch = batchOn(tc, 10);
    tc.answering = false;
    await expect(batch.ask(show)).rejects.toThrow("within 10 ms");
    const open = Array.from({ length: 8 }, () => batch.ask(show));
    const outcomes = await Promise.allSettled(open);
    expect(outcomes.every((outcome) => outcome.status === "rejected")).toBe(true);
    tc.answering = true;
    await pause(120);
    expect(await batch.ask(show)).toContain("1:12");
    expect(tc.processes).toBe(2);
    await batch.stop();
  });

  it("starts no tc once it is stopped", async () => {
    const tc = equalSharing();
    const batch = batchOn(tc);
    await batch.stop();
    await expect(batch.ask(show)).rejects.toThrow("not running");
    expect(tc.processes).toBe(1);
  });
});
