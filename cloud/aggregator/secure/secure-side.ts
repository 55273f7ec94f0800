import type { FederationRound } from "../../../core/messages/federation-round.ts";
import type { Delivery, OutgoingMessage } from "../../../platform/mqtt/outbox.ts";
import { createVoice, SecureDesk, type SecureDeskOptions } from "./secure-desk.ts";
import { SecureRounds, type SecureRoundsOptions } from "./secure-rounds.ts";

type Options = Omit<SecureRoundsOptions, "voice"> &
  Omit<SecureDeskOptions, "rounds"> & {
    readonly send: (message: OutgoingMessage, delivery: Delivery) => void;
  };

/** Secure aggregation as an aggregator has it. */
export interface SecureSide {
  readonly rounds: SecureRounds;
  readonly desk: SecureDesk;
  /** What rounds say of it. */
  readonly terms: NonNullable<FederationRound["secure"]>;
}

export function secureSide(options: Options): SecureSide {
  const rounds = new SecureRounds({ ...options, voice: createVoice(options.send) });
  const desk = new SecureDesk({ ...options, rounds });
  return { rounds, desk, terms: { clipNorm: options.clipNorm } };
}
