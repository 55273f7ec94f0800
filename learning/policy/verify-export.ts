import { SlotwiseError } from "../../core/errors.ts";
import type { Learner } from "../learner.ts";
import type { Problem } from "../problem.ts";
import { openSession } from "../runtime/session.ts";
import { readPolicyContents } from "./policy-contents.ts";
import { decideAll } from "./policy-session.ts";

const observationCount = 256;
const observationSeed = 20_240;
const tolerance = 1e-5;

/**
 * Checks that a policy file decides as its learner does, on 256 drawn observations: the same
 * actions, and values within 1e-5 of the largest value. Returns the largest such difference.
 *
 * @throws SlotwiseError MODEL_REFUSED when the file is invalid or disagrees
 */
export async function verifyExport(
  problem: Problem,
  learner: Pick<Learner, "greedy">,
  bytes: Uint8Array,
): Promise<number> {
  readPolicyContents(bytes, problem.system, () => problem);
  const observations = problem.drawObservations(observationCount, observationSeed);
  const session = await openSession(bytes);
  const fromFile = await decideAll(session, problem.signature, observations);
  await session.release();
  const fromLearner = await learner.greedy(observations);
  const scale = Math.max(...fromLearner.values.map(Math.abs));
  let largest = 0;
  for (const [i, action] of fromFile.actions.entries()) {
    const value = fromLearner.values[i] as number;
    const difference = Math.abs((fromFile.values[i] as number) - value) / scale;
    const same = action.join() === fromLearner.actions[i]?.join();
    if (!same || !(difference <= tolerance)) {
      throw new SlotwiseError("MODEL_REFUSED", {
        expected: `the learner's ${fromLearner.actions[i]} with value ${value} within ${tolerance}`,
        received: `${action} with value ${fromFile.values[i]} for observation ${i}`,
        consequence: "the model file was not used",
      });
    }
    largest = Math.max(largest, difference);
  }
  return largest;
}
