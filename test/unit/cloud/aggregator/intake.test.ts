import { describe, expect, it } from "vitest";
import { Intake } from "../../../../cloud/aggregator/intake.ts";
import { federationUpdateMessage } from "../../../../core/messages/federation-update.ts";
import { sampleUpdate } from "../../../fixtures/messages.ts";

const patienceMs = 100;

/** An intake that fetches one update at a time, and whom it asked for blocks. */
function intakeOfOne() {
  const asked: string[] = [];
  const intake = new Intake({
    sink: { screen: () => undefined, offer: () => undefined },
    pull: { windowBlocks: 8, patienceMs },
    maxUpdateBytes: 1e6,
    maxPulls: 1,
    isSigned: () => true,
    ask: (agent) => asked.push(agent),
    judged: () => undefined,
    malformed: (_, error) => {
      throw error;
    },
  });
  const announce = (agent: string) => {
    const payload = federationUpdateMessage.encode({ ...sampleUpdate, agent }, undefined);
    intake.update(federationUpdateMessage.topic(agent), payload, 0);
  };
  return { intake, asked, announce };
}

describe("the way of long updates into a round", () => {
  it("goes on with others when an agent no longer gives its blocks", () => {
    const { intake, asked, announce } = intakeOfOne();
    announce("ap-0");
    announce("ap-1");
    for (let nowMs = 0; nowMs <= 20 * patienceMs; nowMs += 10) intake.tick(nowMs);
    expect(asked.slice(0, 5)).toEqual(["ap-0", "ap-0", "ap-0", "ap-0", "ap-1"]);
    expect(asked.slice(5)).not.toContain("ap-0");
  });

  it("asks a silent agent again and again while nobody waits", () => {
    const { intake, asked, announce } = intakeOfOne();
    announce("ap-0");
    for (let nowMs = 0; nowMs <= 100 * patienceMs; nowMs += 10) intake.tick(nowMs);
    expect(asked.length).toBeGreaterThan(10);
  });
});
