import { readFileSync } from "node:fs";
import { expect, it, onTestFinished } from "vitest";
import { safeDecisions } from "../../../../agent/energy/safe-decisions.ts";
import { openSweepPolicy } from "../../../../agent/energy/sweep-policy.ts";
import { drawEnergySlot } from "../../../../core/energy/draw.ts";
import { energyOutcome } from "../../../../core/energy/outcome.ts";
import { defaultEnergyScenario } from "../../../../core/energy/scenario.ts";
import {
  energyDecisions,
  energyObservation,
  energySite,
} from "../../../../core/messages/bridge-energy.ts";
import { createRandom } from "../../../../core/random.ts";

const scenario = defaultEnergyScenario;
const site = energySite(scenario, 60);
const shipped = readFileSync(new URL("../../../../models/energy.onnx", import.meta.url));

it("decides a slot with the shipped model: feasible, with less energy than GA", async () => {
  const policy = await openSweepPolicy(shipped, "energy", site);
  onTestFinished(() => policy.release());
  const slot = drawEnergySlot(scenario, 40, createRandom(8));
  const action = await policy.decide(energyObservation(site, slot.tasks));
  const outcome = energyOutcome(scenario, slot, energyDecisions(action, 40));
  const greedy = energyOutcome(scenario, slot, safeDecisions(site, slot));
  expect(outcome.violated).toEqual([]);
  expect(outcome.meanEnergyJ).toBeLessThan(greedy.meanEnergyJ);
});

it("refuses a file that is no energy policy", async () => {
  const opening = openSweepPolicy(shipped.subarray(0, 100), "broken.onnx", site);
  await expect(opening).rejects.toMatchObject({ code: "MODEL_REFUSED" });
});
