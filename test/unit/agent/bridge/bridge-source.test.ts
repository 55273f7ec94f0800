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
  const { feedback } = await source.read({ slot, startedNs, deadlineNs: 1n, skipped: 0 });
  return feedback.map((known) => known.slot);
}

test("what became of slots before the loop began is not the agent's feedback", async () => {
  const source = new BridgeSource("ap-0");
  expect(await feedbackAt(source, 4)).toEqual([]);
  expect(await feedbackAt(source, 5)).toEqual([4]);
  source.begin();
  expect(await feedbackAt(source, 6)).toEqual([]);
  expect(await feedbackAt(source, 7)).toEqual([6]);
});

test("a session with another simulator, whose slots count anew, has feedback of its own", async () => {
  const source = new BridgeSource("ap-0");
  await feedbackAt(source, 100);
  source.lost();
  expect(await feedbackAt(source, 0)).toEqual([]);
  expect(await feedbackAt(source, 1)).toEqual([0]);
});

test("what became of slots that the loop did not see in time counts all the same", async () => {
  const source = new BridgeSource("ap-0");
  for (const slot of [4, 5, 6, 7]) source.observed(begun(slot));
  const reading = await source.read({ slot: 9, startedNs: 0n, deadlineNs: 1n, skipped: 4 });
  expect(reading.observation).toBeUndefined();
  expect(reading.feedback.map((known) => known.slot)).toEqual([4, 5, 6]);
  expect(await feedbackAt(source, 8)).toEqual([7]);
});
