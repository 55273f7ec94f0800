import { SlotwiseError } from "../../core/errors.ts";
import type { PrivacyRules } from "../../core/privacy/privacy-rules.ts";
import type { ModelStore } from "./model-store.ts";
import type { RoundHistory } from "./round.ts";
import { readStartModel } from "./start-model.ts";

export interface Beginning {
  readonly startModel: string | null;
  readonly privacy: PrivacyRules | null;
}

/** A model is private only if every one before it was. */
function requireSamePrivacy({ latest }: RoundHistory, { privacy }: Beginning): void {
  if (latest === undefined || (latest.rho === undefined) === (privacy === null)) return;
  const kind = (isPrivate: boolean) => `a federation ${isPrivate ? "with" : "without"} privacy`;
  throw new SlotwiseError("STATE_INVALID", {
    expected: kind(privacy !== null),
    received: kind(latest.rho !== undefined),
    consequence:
      "the aggregator was not started; another state directory with the saved model as startModel goes on from it",
  });
}

/**
 * The history to go on from. A new federation with a start model has it as version 1 of its own, saved.
 *
 * @throws SlotwiseError STATE_INVALID when what is saved cannot be read, or is private and must not be,
 * or the other way round
 * @throws SlotwiseError CONFIG_INVALID when the start model cannot be read
 */
export async function beginHistory(store: ModelStore, start: Beginning): Promise<RoundHistory> {
  const history = await store.open();
  try {
    requireSamePrivacy(history, start);
    return await withStartModel(store, history, start);
  } catch (error) {
    store.close();
    throw error;
  }
}

async function withStartModel(
  store: ModelStore,
  history: RoundHistory,
  start: Beginning,
): Promise<RoundHistory> {
  if (history.latest !== undefined || start.startModel === null) return history;
  const { federation } = history;
  const latest = {
    round: history.round + 1,
    globalVersion: 1,
    global: readStartModel(start.startModel),
    contributors: [],
    rho: start.privacy === null ? undefined : 0,
  };
  await store.save(federation, latest);
  return { federation, round: latest.round, latest };
}
