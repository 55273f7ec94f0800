import { expect, it } from "vitest";
import { RehearsedWrites } from "../../../../agent/control/rehearsed-writes.ts";

it("shows all writes of one slot a second, and says how many slots had others", () => {
  const sent: [readonly string[], number][] = [];
  const writes = new RehearsedWrites((slot, suppressed) => sent.push([slot, suppressed]));
  for (const nowMs of [0, 10, 20, 1000, 2000]) {
    if (nowMs < 2000) for (const write of ["rate", "quota"]) writes.add(`${write} at ${nowMs}`);
    writes.slotEnded(nowMs);
  }
  expect(sent).toEqual([
    [["rate at 0", "quota at 0"], 0],
    [["rate at 1000", "quota at 1000"], 2],
  ]);
});
