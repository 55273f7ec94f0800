import { expect, it } from "vitest";
import { createLoop, tickOf } from "./loop-fixture.ts";

it.each([true, false])(
  "sends an action that was not answered for again before another (it was in force: %s)",
  async (landed) => {
    const proposals = [4, 6, 8, 8].map((first) => [first, 12 - first, 6, 6, 6, 6]);
    const decide = () => proposals.shift() as number[];
    let calls = 0;
    const { loop, recorder } = await createLoop({
      slewBlocks: 2,
      policy: { name: "jumping", decide },
      actuator: (device) => ({
        start: () => device.start(),
        stop: () => device.stop(),
        apply: async (slot, action) => {
          const answered = ++calls !== 2;
          if (answered || landed) await device.apply(slot, action);
          if (!answered) throw new Error("no answer");
        },
        readBack: () => device.readBack(),
      }),
    });
    for (let slot = 0; slot < 4; slot++) await loop.step(tickOf(slot));
    const inForce = recorder.records.map(({ applied }) => applied[0]);
    expect(inForce).toEqual(landed ? [4, 6, 6, 8] : [4, 6, 8]);
  },
);
