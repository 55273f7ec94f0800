import { describe, expect, it } from "vitest";
import { createRandom } from "../../../../core/random.ts";
import { ReplayMemory } from "../../../../learning/replay/replay-memory.ts";

function filled(capacity: number, transitions: number): ReplayMemory {
  const replay = new ReplayMemory(capacity, 2, 1);
  for (let i = 0; i < transitions; i++) {
    replay.add({
      observation: [i, -i],
      entries: [10 * i],
      reward: i,
      nextObservation: [i + 1, -i - 1],
    });
  }
  return replay;
}

function draw(replay: ReplayMemory, rows: number) {
  const buffers = {
    observation: new Float32Array(2 * rows),
    entries: new Int32Array(rows),
    reward: new Float32Array(rows),
    nextObservation: new Float32Array(2 * rows),
  };
  replay.sampleInto(buffers, createRandom(3));
  return buffers;
}

describe("ReplayMemory", () => {
  it("keeps the four parts of a transition together", () => {
    const { observation, entries, reward, nextObservation } = draw(filled(8, 5), 40);
    for (const [i, r] of reward.entries()) {
      expect([...observation.subarray(2 * i, 2 * i + 2)]).toEqual([r, r === 0 ? -0 : -r]);
      expect(entries[i]).toBe(10 * r);
      expect([...nextObservation.subarray(2 * i, 2 * i + 2)]).toEqual([r + 1, -r - 1]);
    }
    expect(new Set(reward).size).toBe(5);
  });

  it("forgets the oldest transitions once full", () => {
    const replay = filled(4, 10);
    expect(replay.size).toBe(4);
    expect([...new Set(draw(replay, 60).reward)].sort()).toEqual([6, 7, 8, 9]);
  });
});

describe("a ReplayMemory with random replacement", () => {
  it("keeps some old transitions beside new ones once full", () => {
    const replacement = { kind: "random", random: createRandom(5) } as const;
    const replay = new ReplayMemory(50, 2, 1, replacement);
    for (let i = 0; i < 100; i++) {
      replay.add({ observation: [i, i], entries: [i], reward: i, nextObservation: [i, i] });
    }
    const kept = new Set(draw(replay, 2000).reward);
    expect(replay.size).toBe(50);
    expect(kept.size).toBe(50);
    const old = [...kept].filter((reward) => reward < 50).length;
    expect(old).toBeGreaterThan(8);
    expect(old).toBeLessThan(30);
  });
});
