import type { Refusal } from "../../core/messages/federation-answer.ts";
import type { PrivacyRules } from "../../core/privacy/privacy-rules.ts";
import { createCryptoRandom } from "../../platform/crypto-random.ts";
import type { Delivery, OutgoingMessage } from "../../platform/mqtt/outbox.ts";
import { BufferedRounds } from "./buffered-rounds.ts";
import { PrivacyLedger } from "./privacy-ledger.ts";
import {
  type FederatedRounds,
  type RoundHistory,
  type RoundRules,
  Rounds,
  type Settle,
} from "./round.ts";
import type { SecureRules } from "./secure/secure-rules.ts";
import { type SecureSide, secureSide } from "./secure/secure-side.ts";
import type { Signatures } from "./signatures.ts";

export interface AssemblyOptions {
  readonly rules: RoundRules;
  /** Null: models are not made private. */
  readonly privacy: PrivacyRules | null;
  /** Null: updates are not masked. */
  readonly secure: SecureRules | null;
  readonly signatures: Signatures;
}

interface Surroundings {
  readonly settle: Settle;
  readonly send: (message: OutgoingMessage, delivery: Delivery) => void;
  /** This agent has an update for the open round. */
  readonly heard: (agent: string, incarnation: string) => void;
  /** Something of a secure round was refused. */
  readonly refused: (reason: Refusal, topic: string, detail: string) => void;
}

/** The rounds that a configuration asks for, with what makes them private. */
interface AssembledRounds {
  readonly rounds: FederatedRounds;
  readonly ledger: PrivacyLedger | undefined;
  readonly secure: SecureSide | undefined;
}

export function assembleRounds(
  { rules, privacy, secure, signatures }: AssemblyOptions,
  history: RoundHistory,
  { settle, send, heard, refused }: Surroundings,
): AssembledRounds {
  const ledger =
    privacy === null
      ? undefined
      : new PrivacyLedger(privacy, history.latest?.rho ?? 0, createCryptoRandom());
  if (rules.rounds.mode === "buffered") {
    return { rounds: new BufferedRounds(rules, history, settle), ledger, secure: undefined };
  }
  const rounds = new Rounds(rules, history, settle, ledger);
  if (secure === null) return { rounds, ledger, secure: undefined };
  const side = secureSide({
    federation: history.federation,
    rules: { ...rules, ...secure },
    rounds,
    clipNorm: privacy?.clipNorm ?? null,
    ledger,
    isSigned: signatures.ofKeys,
    send,
    heard,
    refused,
  });
  return { rounds, ledger, secure: side };
}
