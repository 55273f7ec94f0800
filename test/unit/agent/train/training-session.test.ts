import { describe, expect, it } from "vitest";
import {
  type OnlineTransition,
  type TrainingOptions,
  TrainingSession,
} from "../../../../agent/train/training-session.ts";
import { SlotwiseError } from "../../../../core/errors.ts";
import type { Weights } from "../../../../core/weights/tensor.ts";
import type { Learner } from "../../../../learning/learner.ts";

const transition: OnlineTransition = {
  observation: new Float64Array(6),
  action: Float64Array.of(6, 6, 6, 6, 6, 6),
  reward: 1,
  nextObservation: new Float64Array(6),
  truncated: false,
};

function weightsOf(value: number): Weights {
  return new Map([["generator.bias", { shape: [1], data: Float32Array.of(value) }]]);
}

/** A learner that takes weights and counts updates; an update waits until it is let through. */
class ScriptedLearner implements Learner {
  weights = weightsOf(0);
  updating = 0;
  updates = 0;
  closed = false;
  accepts = true;
  gate: Promise<void> = Promise.resolve();

  remember(): boolean {
    return this.accepts;
  }

  async update() {
    this.updating++;
    if (this.updating > 1) throw new Error("overlapping updates");
    await this.gate;
    this.updating--;
    this.updates++;
    return { update: this.updates, tdLoss: 0, meanValue: 0 };
  }

  generatorWeights(): Weights {
    return this.weights;
  }

  loadGenerator(weights: Weights): void {
    if (!weights.has("generator.bias")) {
      throw new SlotwiseError("WEIGHTS_INVALID", {
        expected: "a",
        received: "b",
        consequence: "c",
      });
    }
    if (this.updating > 0) throw new Error("loaded during an update");
    this.weights = weights;
  }

  exportPolicy(): Uint8Array {
    return Uint8Array.of(this.weights.get("generator.bias")?.data[0] ?? 0);
  }

  greedy(): never {
    throw new Error("not used");
  }

  explorationRate(slot: number): number {
    return 1 / (1 + slot);
  }

  close(): Promise<void> {
    this.closed = true;
    return Promise.resolve();
  }
}

function createSession(options: Partial<TrainingOptions> = {}) {
  const learner = new ScriptedLearner();
  const episodes: { weights: Weights; samples: number }[] = [];
  const exported: Uint8Array[] = [];
  const withheld: string[] = [];
  const check = () => Promise.resolve(undefined);
  const session = new TrainingSession(
    learner,
    { updatesPerSlot: 1, maxOwedUpdates: 20, episodeSlots: 100, check, ...options },
    {
      episodeEnded: (weights, samples) => episodes.push({ weights, samples }),
      exported: (policy) => exported.push(policy),
      withheld: (reason) => withheld.push(reason),
    },
  );
  return { learner, session, episodes, exported, withheld };
}

async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve));
}

describe("a training session", () => {
  it("makes the configured number of updates a transition, one at a time", async () => {
    const { session } = createSession({ updatesPerSlot: 2 });
    for (let i = 0; i < 5; i++) session.learn(transition);
    await turns(30);
    expect(session.counts).toMatchObject({ transitions: 5, updates: 10, droppedUpdates: 0 });
  });

  it("drops the updates it cannot make in time, and counts them", async () => {
    const { session, learner } = createSession({ maxOwedUpdates: 4 });
    let open = () => {};
    learner.gate = new Promise((resolve) => {
      open = resolve;
    });
    for (let i = 0; i < 50; i++) session.learn(transition);
    open();
    await turns(30);
    const { updates, droppedUpdates } = session.counts;
    expect(updates + droppedUpdates).toBe(50);
    expect(updates).toBeLessThanOrEqual(5);
  });

  it("keeps back a policy that fails its check, but not its weights", async () => {
    const check = () => Promise.resolve("worse than the safe policy");
    const { session, episodes, exported, withheld } = createSession({ episodeSlots: 3, check });
    for (let i = 0; i < 3; i++) session.learn(transition);
    await turns(30);
    expect(episodes).toHaveLength(1);
    expect(exported).toEqual([]);
    expect(withheld).toEqual(["worse than the safe policy"]);
    expect(session.counts.withheld).toBe(1);
  });

  it("gives weights and a policy at the end of each episode", async () => {
    const { session, episodes, exported } = createSession();
    for (let slot = 1; slot <= 30; slot++) session.learn({ ...transition, truncated: slot === 30 });
    await turns(60);
    expect(episodes).toHaveLength(1);
    expect(episodes[0]?.samples).toBe(30);
    expect(exported).toHaveLength(1);
  });

  it("ends an episode after its slots where the source names no end", async () => {
    const { session, episodes } = createSession({ episodeSlots: 10 });
    for (let i = 0; i < 10; i++) session.learn(transition);
    await turns(40);
    expect(episodes).toHaveLength(1);
  });

  it("goes on from global weights between two updates, and decides with them", async () => {
    const { session, learner, exported, episodes } = createSession();
    session.learn(transition);
    await session.takeOver(weightsOf(7));
    expect(learner.weights).toEqual(weightsOf(7));
    expect(exported.at(-1)).toEqual(Uint8Array.of(7));
    session.learn({ ...transition, truncated: true });
    await turns(10);
    expect(episodes[0]?.samples).toBe(1);
  });

  it("exports once a round: from the global model while one comes each episode, else its own", async () => {
    const { session, exported } = createSession();
    await session.takeOver(weightsOf(7));
    session.learn({ ...transition, truncated: true });
    await turns(10);
    expect(exported).toHaveLength(1);
    session.learn({ ...transition, truncated: true });
    await turns(10);
    expect(exported).toHaveLength(2);
  });

  it("keeps its own weights when the global ones do not fit", async () => {
    const { session, learner } = createSession();
    await expect(session.takeOver(new Map())).rejects.toMatchObject({ code: "WEIGHTS_INVALID" });
    expect(learner.weights).toEqual(weightsOf(0));
    session.learn(transition);
    await turns(5);
    expect(session.counts.updates).toBe(1);
  });

  it("counts the transitions the learner refuses and owes nothing for them", async () => {
    const { session, learner } = createSession();
    learner.accepts = false;
    session.learn(transition);
    await turns(5);
    expect(session.counts).toMatchObject({ transitions: 1, refused: 1, updates: 0 });
  });

  it("closes the learner when it stops, after the update in progress", async () => {
    const { session, learner } = createSession();
    for (let i = 0; i < 5; i++) session.learn(transition);
    await session.stop();
    expect(learner.closed).toBe(true);
    expect(learner.updating).toBe(0);
  });
});
