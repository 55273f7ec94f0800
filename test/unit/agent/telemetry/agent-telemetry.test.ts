import { describe, expect, it } from "vitest";
import { LoopRecord } from "../../../../agent/control/loop-record.ts";
import { type AgentFacts, agentTelemetry } from "../../../../agent/telemetry/agent-telemetry.ts";
import { agentTelemetryMessage } from "../../../../core/messages/agent-telemetry.ts";
import { outcomeOf } from "../control/loop-fixture.ts";

function factsAfter(outcome?: Parameters<typeof outcomeOf>[0]): AgentFacts {
  const record = new LoopRecord();
  if (outcome !== undefined) record.add(outcomeOf(outcome));
  return {
    agent: "ap-0",
    incarnation: "a",
    system: "slicing",
    uptimeMs: 1000,
    status: record.status("slicing", 0),
    federation: { round: 0, globalVersion: 0, roundsJoined: 0 },
    link: undefined,
    learner: undefined,
    rssBytes: 1,
  };
}

const feedback = {
  slot: 0,
  applied: new Float64Array(6),
  reward: 1,
  truncated: false,
  performance: { rewardMs: 1.25 },
  references: { "sqrt-load": { rewardMs: 1.5 } },
};

const confirmation = { slot: 0, commanded: new Float64Array(6), matches: false };

describe("agent telemetry", () => {
  it("fits its schema before the first slot, without broker and without learner", () => {
    const telemetry = agentTelemetry(factsAfter());
    expect(agentTelemetryMessage.decode(agentTelemetryMessage.encode(telemetry))).toEqual(
      telemetry,
    );
    expect(telemetry.learner).toBeNull();
    expect(telemetry.slots.slots).toBe(0);
  });

  it("says what the device confirmed last, not what was decided since", () => {
    const [first, second] = [new Float64Array(6).fill(5), new Float64Array(6).fill(6)];
    const record = new LoopRecord();
    record.add(outcomeOf({ readBacks: [{ ...confirmation, confirmed: first }] }));
    record.add(outcomeOf({ slot: 1, action: second, applied: false }));
    const { current } = agentTelemetry({ ...factsAfter(), status: record.status("slicing", 0) });
    expect(current.allocation).toEqual([...first]);
  });

  it("fits its schema with everything in it", () => {
    const counts = {
      transitions: 9,
      refused: 0,
      updates: 7,
      droppedUpdates: 1,
      withheld: 0,
      episodes: 0,
      explorationRate: 0.5,
    };
    const telemetry = agentTelemetry({
      ...factsAfter({ skipped: 2, feedback: [feedback], late: true, applied: false }),
      learner: { counts, updatesPerSecond: 99.5, explorationRate: 0.01 },
      link: {
        bytesSent: 5,
        bytesReceived: 6,
        reconnects: 1,
        droppedTelemetry: 2,
        unsent: 0,
        invalidMessages: { round: 3, global: 4 },
        updatesAccepted: 3,
        updatesRefused: 1,
      },
    });
    expect(agentTelemetryMessage.decode(agentTelemetryMessage.encode(telemetry))).toEqual(
      telemetry,
    );
    expect(telemetry).toMatchObject({
      slots: { slots: 3, applied: 0, held: 3, late: 1, skipped: 2 },
      performance: { own: { slots: 1, sums: { rewardMs: 1.25 } } },
      learner: { updates: 7, explorationRate: 0.01 },
      federation: { bytesSent: 5, bytesReceived: 6 },
    });
  });
});
