import { SlotwiseError } from "../../core/errors.ts";
import { SlicingSimulation } from "../../core/slicing/simulation.ts";
import type { Learner } from "../learner.ts";
import { openSession } from "../runtime/session.ts";
import { readPolicyFile } from "./policy-file.ts";
import { decideAll } from "./policy-session.ts";

const observationCount = 256;
const observationSeed = 20_240;
const tolerance = 1e-5;

/**
 * Checks that a policy file decides as its learner does, on 256 drawn observations: the same
 * allocations, and values within 1e-5 of the largest value. Returns the largest such difference.
 *
 * @throws SlotwiseError MODEL_REFUSED when the file is invalid or disagrees
 */
export async function verifyExport(
  learner: Pick<Learner, "greedy">,
  bytes: Uint8Array,
): Promise<number> {
  const { scenario } = readPolicyFile(bytes);
  const simulation = new SlicingSimulation({ ...scenario, accessPoints: 1 }, observationSeed);
  const observations = Array.from({ length: observationCount }, () => {
    const [slot] = simulation.next();
    return slot?.observation ?? new Float64Array();
  });
  const session = await openSession(bytes);
  const fromFile = await decideAll(session, observations);
  await session.release();
  const fromLearner = await learner.greedy(observations);
  const scale = Math.max(...fromLearner.values.map(Math.abs));
  let largest = 0;
  for (const [i, allocation] of fromFile.allocations.entries()) {
    const value = fromLearner.values[i] as number;
    const difference = Math.abs((fromFile.values[i] as number) - value) / scale;
    const same = allocation.join() === fromLearner.allocations[i]?.join();
    if (!same || !(difference <= tolerance)) {
      throw new SlotwiseError("MODEL_REFUSED", {
        expected: `the learner's ${fromLearner.allocations[i]} with value ${value} within ${tolerance}`,
        received: `${allocation} with value ${fromFile.values[i]} for observation ${i}`,
        consequence: "the model file was not used",
      });
    }
    largest = Math.max(largest, difference);
  }
  return largest;
}
