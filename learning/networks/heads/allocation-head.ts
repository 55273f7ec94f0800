import type { ActionSpace } from "../../../core/slicing/action-space.ts";
import { createActionSpace } from "../../../core/slicing/action-space.ts";
import type { SlicingScenario } from "../../../core/slicing/scenario.ts";
import type { LearnerConfig } from "../../algorithms/learner-config.ts";
import type { Value } from "../../graph/graph.ts";
import { cast, concat, gather } from "../../graph/operations.ts";
import { ActionEntries } from "./action-entries.ts";
import type { ActionHead } from "./action-head.ts";
import { entriesOfAction, entriesOfPicked, type PickedComposition } from "./composition-head.ts";
import { createHead } from "./create-head.ts";

/** Blocks of picked compositions, float32 [rows, 2I]. */
function allocationOfPicked(space: ActionSpace, { bandwidth, compute }: PickedComposition): Value {
  const blocks = (rows: readonly (readonly number[])[], picked: Value) =>
    gather(picked.graph.constant(rows.flat(), [rows.length, space.slices]), picked, 0);
  return cast(
    concat([blocks(space.bandwidth, bandwidth), blocks(space.compute, compute)], 1),
    "float32",
  );
}

/** The head whose actions are allocations [2I] of a slicing scenario. */
export function createAllocationHead(
  name: LearnerConfig["head"],
  scenario: SlicingScenario,
): ActionHead {
  const space = createActionSpace(scenario);
  const head = createHead(name, scenario);
  const entries = new ActionEntries(head, space);
  return {
    outputs: head.outputs,
    entriesPerAction: head.entriesPerAction,
    meanWeights: head.meanWeights,
    actionSize: 2 * space.slices,
    greedy: (raw) => {
      const picked = head.greedy(raw);
      return { entries: entriesOfPicked(head, picked), action: allocationOfPicked(space, picked) };
    },
    entriesOf: (allocation) => entries.of(allocation),
    entriesOfAll: () =>
      Int32Array.from(
        head.bandwidthEntries.flatMap((_, bandwidth) =>
          head.computeEntries.flatMap(
            (_, compute) => entriesOfAction(head, bandwidth, compute) ?? [],
          ),
        ),
      ),
  };
}
