import { expect, it } from "vitest";
import { FaultReport } from "../../../../agent/control/fault-report.ts";

it("passes the faults of each verb on at most once a second and says how many were left out", () => {
  const sent: [string, number][] = [];
  const faults = new FaultReport((reason, suppressed) => sent.push([reason, suppressed]));
  for (const nowMs of [0, 10, 20, 1000]) {
    faults.add({ verb: "observation", reason: "no class" }, nowMs);
    if (nowMs > 0) faults.add({ verb: "actuator", reason: "refused" }, nowMs);
  }
  expect(sent).toEqual([
    ["observation: no class", 0],
    ["actuator: refused", 0],
    ["observation: no class", 2],
  ]);
});
