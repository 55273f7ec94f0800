import type { Member } from "../../../core/messages/federation-keys.ts";
import type { FederationUnmasking } from "../../../core/messages/federation-unmasking.ts";
import { addTo, takeFrom } from "../../../core/secure-aggregation/residues.ts";
import { joinShares, type Share } from "../../../core/secure-aggregation/shamir.ts";
import { keyPairOf } from "../../../platform/secure-aggregation/key-agreement.ts";
import {
  expandMask,
  pairwiseMask,
  type RoundName,
} from "../../../platform/secure-aggregation/mask.ts";

/** A sum of masked updates and what is known of it. */
export interface MaskedSum {
  readonly name: RoundName;
  /** In the order of the roster. */
  readonly members: readonly Member[];
  /** Whose updates are in the sum. */
  readonly survivors: ReadonlySet<string>;
  /** Members that survivors share masks with and that did not survive. */
  readonly lost: readonly Member[];
  readonly sum: Uint32Array;
}

type Kind = "selfMasks" | "maskingKeys";

/** Of every agent the shares of this kind, each at its holder's place in the roster. */
function sharesOf(
  kind: Kind,
  members: readonly Member[],
  unmaskings: ReadonlyMap<string, FederationUnmasking>,
): (agent: string) => Share[] {
  const shares = new Map<string, Share[]>();
  for (const [holder, unmasking] of unmaskings) {
    const at = members.findIndex(({ agent }) => agent === holder) + 1;
    for (const { agent, share } of unmasking[kind]) {
      const bytes = new Uint8Array(Buffer.from(share, "base64"));
      shares.set(agent, [...(shares.get(agent) ?? []), { at, bytes }]);
    }
  }
  return (agent) => shares.get(agent) ?? [];
}

/** Takes from the sum what survivors added for one that did not survive. */
function takePairwiseMasks(
  { name, members, survivors, sum }: MaskedSum,
  lost: Member,
  key: Uint8Array,
): boolean {
  const keys = keyPairOf(key);
  if (keys.publicKey !== lost.maskingKey) return false;
  let apply = takeFrom;
  for (const { agent, maskingKey } of members) {
    if (agent === lost.agent) apply = addTo;
    else if (survivors.has(agent)) apply(sum, pairwiseMask(keys, maskingKey, name, sum.length));
  }
  return true;
}

/**
 * The sum of the survivors' updates: without the mask of each, and without those they share with members
 * that were lost. Changes `sum`.
 *
 * @param unmaskings of as many survivors as the threshold says, by name
 * @returns undefined when shares do not give a lost member's key
 */
export function unmask(
  masked: MaskedSum,
  unmaskings: ReadonlyMap<string, FederationUnmasking>,
): Uint32Array | undefined {
  const { members, survivors, lost, sum } = masked;
  const selfMasks = sharesOf("selfMasks", members, unmaskings);
  const maskingKeys = sharesOf("maskingKeys", members, unmaskings);
  for (const agent of survivors) {
    takeFrom(sum, expandMask(joinShares(selfMasks(agent)), sum.length));
  }
  const whole = lost.every((member) =>
    takePairwiseMasks(masked, member, joinShares(maskingKeys(member.agent))),
  );
  return whole ? sum : undefined;
}
