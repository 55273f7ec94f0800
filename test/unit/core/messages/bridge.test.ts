import { expect, test } from "vitest";
import { bridgeReplySchema, bridgeRequestSchema } from "../../../../core/messages/bridge.ts";
import { describeSlicing } from "../../../../core/messages/bridge-slicing.ts";
import { paperScenario } from "../../../../core/slicing/scenario.ts";

test.each([
  { type: "hello", protocol: 1, agents: ["ap-0"] },
  { type: "reset" },
  { type: "reset", seed: 7 },
  { type: "step", slot: 3, actions: { "ap-0": [6, 6, 6, 6, 6, 6] } },
  { type: "close" },
])("request %j is accepted", (request) => {
  expect(bridgeRequestSchema.parse(request)).toEqual(request);
});

test.each([
  {},
  null,
  { type: "fly" },
  { type: "hello", protocol: 1, agents: [] },
  { type: "hello", protocol: 1, agents: ["../x"] },
  { type: "reset", seeed: 7 },
  { type: "reset", seed: -1 },
  { type: "step", slot: 0.5, actions: {} },
  { type: "step", slot: 1, actions: { "ap-0": [null] } },
])("request %j is refused", (request) => {
  expect(bridgeRequestSchema.safeParse(request).success).toBe(false);
});

test("the paper's slicing system has six observations and actions within 18 blocks each", () => {
  const { spaces } = describeSlicing(paperScenario);
  expect(spaces.action).toEqual({
    shape: [6],
    low: [1, 1, 1, 1, 1, 1],
    high: [16, 16, 16, 16, 16, 16],
    budgets: [18, 18],
  });
  expect(spaces.observation.high[0]).toBe(20 * 2.4e3 * 1.25);
  expect(spaces.observation.high[5]).toBe(20 * 1e9);
});

test("a simulator that sends no more than Gymnasium's values is understood", () => {
  const reply = bridgeReplySchema.parse({
    type: "observation",
    slot: 1,
    episode: 0,
    observations: { "ap-0": [1] },
    rewards: { "ap-0": 0.5 },
    terminations: { "ap-0": false },
    truncations: { "ap-0": false },
    infos: { "ap-0": { slot: 0, applied: [3] } },
  });
  expect(reply).toMatchObject({
    reset: false,
    infos: { "ap-0": { held: false, performance: {}, references: {} } },
  });
});
