import type { FederationKeys, Member } from "../../../core/messages/federation-keys.ts";
import type { FederationRoster } from "../../../core/messages/federation-roster.ts";
import { messageError } from "../../../core/messages/message-error.ts";
import { minMembers } from "../../../core/secure-aggregation/fixed-point.ts";

/**
 * Refuses a roster in which this agent's update would not be hidden: without its own keys, with the same
 * member twice, with keys that are not signed, in a sum of so few that little is hidden, or with so few
 * shares needed that two disjoint sets of members could give away both of an agent's secrets.
 *
 * @throws SlotwiseError MESSAGE_INVALID
 */
export function requireFairRoster(
  { federation, round, members, threshold }: FederationRoster,
  own: Member,
  isSigned: (keys: FederationKeys) => boolean,
): void {
  const named = members.find(({ agent }) => agent === own.agent);
  if (named?.sealingKey !== own.sealingKey || named.maskingKey !== own.maskingKey) {
    throw messageError("this agent's keys in the roster", named === undefined ? "none" : "others");
  }
  if (new Set(members.map(({ agent }) => agent)).size < members.length) {
    throw messageError("every member once", "one twice");
  }
  if (2 * threshold <= members.length || threshold > members.length) {
    const majority = `a threshold over half of ${members.length} members`;
    throw messageError(majority, `${threshold}`);
  }
  if (threshold < minMembers)
    throw messageError(`a threshold of ${minMembers} or more`, `${threshold}`);
  const stranger = members.find(
    (member) => member !== named && !isSigned({ version: 1, federation, round, member }),
  );
  if (stranger !== undefined) throw messageError("keys that members signed", stranger.agent);
}
