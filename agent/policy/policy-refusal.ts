import { SlotwiseError } from "../../core/errors.ts";

/** Why a policy file is not used; `received` says what was found in it. */
export function policyRefused(name: string, received: string, cause?: unknown): SlotwiseError {
  const facts = {
    expected: `a slotwise policy in ${name}`,
    received,
    consequence: "the model is not used",
  };
  return new SlotwiseError("MODEL_REFUSED", facts, cause === undefined ? {} : { cause });
}

export function reasonOf(error: unknown): string {
  if (error instanceof SlotwiseError) return `${error.facts.received}, not ${error.facts.expected}`;
  return (error instanceof Error ? error.message : String(error)).slice(0, 300);
}
