import { describe, expect, it, onTestFinished } from "vitest";
import type { Tick } from "../../agent/clock/slot-clock.ts";
import type { ObservationSource, Reading } from "../../agent/observe/observation-source.ts";

export interface SourceUnderTest {
  readonly source: ObservationSource;
  /** Makes the slot's observation available, where it does not come by itself. */
  provide?(slot: number): void;
  /** The source cannot have a reading of a slot that `provide` was not called for. */
  readonly canMiss: boolean;
}

function tickOf(slot: number): Tick {
  const startedNs = process.hrtime.bigint();
  return { slot, startedNs, deadlineNs: startedNs + 1_000_000_000n, skipped: 0 };
}

/** What every observation source of the slicing system does. */
export function observationSourceContract(name: string, create: () => SourceUnderTest): void {
  async function started(): Promise<SourceUnderTest> {
    const world = create();
    await world.source.start(new AbortController().signal);
    onTestFinished(() => world.source.stop());
    return world;
  }

  async function read(world: SourceUnderTest, slot: number): Promise<Reading> {
    world.provide?.(slot);
    const reading = await world.source.read(tickOf(slot));
    return reading;
  }

  describe(`${name}, as an observation source`, () => {
    it("gives bits and cycles of every slice, numbers of at least 0", async () => {
      const world = await started();
      for (const slot of [0, 1, 2]) {
        const { observation } = await read(world, slot);
        expect(observation).toHaveLength(6);
        expect(observation?.every((value) => Number.isFinite(value) && value >= 0)).toBe(true);
      }
    });

    it("gives feedback on slots before the one that begins, or none", async () => {
      const world = await started();
      for (const slot of [0, 1, 2, 3]) {
        const { feedback } = await read(world, slot);
        for (const known of feedback) {
          expect(known.slot).toBeLessThan(slot);
          expect(known.applied).toHaveLength(6);
          expect(Number.isFinite(known.reward)).toBe(true);
        }
      }
    });

    it("does not change a reading it gave when the next one comes", async () => {
      const world = await started();
      const { observation } = await read(world, 0);
      const copy = observation?.slice();
      await read(world, 1);
      expect(observation).toEqual(copy);
    });

    it("gives nothing, at once, for a slot that nothing is known of", async (context) => {
      const world = await started();
      if (!world.canMiss) context.skip("this source measures at every call");
      await read(world, 0);
      expect((await world.source.read(tickOf(1))).observation).toBeUndefined();
    });
  });
}
