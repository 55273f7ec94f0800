import { drawnObservations } from "../../core/slicing/drawn-observations.ts";
import { demandPerUser } from "../../core/slicing/observation.ts";
import type { SlicingScenario } from "../../core/slicing/scenario.ts";
import type { LearnerConfig } from "../algorithms/learner-config.ts";
import { createAllocationHead } from "../networks/heads/allocation-head.ts";
import type { Problem } from "../problem.ts";

/** Slicing at one access point: inputs become shares of what U_b users of a slice ask for. */
export function slicingProblem(
  scenario: SlicingScenario,
  config: Pick<LearnerConfig, "head">,
): Problem {
  return {
    system: "slicing",
    metadata: { "slotwise.scenario": JSON.stringify(scenario) },
    signature: { observation: "observation", action: "allocation" },
    observationScale: demandPerUser(scenario).map(
      (demand) => 1 / (demand * scenario.usersPerAccessPoint),
    ),
    head: createAllocationHead(config.head, scenario),
    transitionsPerEpisode: scenario.episodeSlots,
    drawObservations: (count, seed) => {
      const next = drawnObservations(scenario, seed);
      return Array.from({ length: count }, next);
    },
  };
}
