import { expect, test } from "vitest";
import { BridgeSource } from "../../../../agent/bridge/bridge-source.ts";
import type { ObservationReply } from "../../../../core/messages/bridge.ts";

function begun(slot: number): ObservationReply {
  const info = {
    slot: slot - 1,
    applied: [slot - 1],
    held: false,
    performance: {},
    references: {},
  };
  return {
    type: "observation",
    slot,
    episode: 0,
    reset: false,
    observations: { "ap-0": [slot] },
    rewards: { "ap-0": 1 },
    terminations: {},
    truncations: {},
    infos: { "ap-0": info },
  };
}

async function feedbackAt(source: BridgeSource, slot: number) {
  source.observed(begun(slot));
  const startedNs = 0n;
  return (await source.read({ slot, startedNs, deadlineNs: 1n, skipped: 0 }))?.feedback?.slot;
}

test("what became of slots before the loop began is not the agent's feedback", async () => {
  const source = new BridgeSource("ap-0");
  expect(await feedbackAt(source, 4)).toBeUndefined();
  expect(await feedbackAt(source, 5)).toBe(4);
  source.begin();
  expect(await feedbackAt(source, 6)).toBeUndefined();
  expect(await feedbackAt(source, 7)).toBe(6);
});

test("a session with another simulator, whose slots count anew, has feedback of its own", async () => {
  const source = new BridgeSource("ap-0");
  await feedbackAt(source, 100);
  source.lost();
  expect(await feedbackAt(source, 0)).toBeUndefined();
  expect(await feedbackAt(source, 1)).toBe(0);
});
