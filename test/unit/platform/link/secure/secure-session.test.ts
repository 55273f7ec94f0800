import { generateKeyPairSync, sign, verify } from "node:crypto";
import { describe, expect, it } from "vitest";
import {
  type FederationKeys,
  type Member,
  signedKeysText,
} from "../../../../../core/messages/federation-keys.ts";
import type { FederationRoster } from "../../../../../core/messages/federation-roster.ts";
import type { SealedShares } from "../../../../../core/messages/sealed-shares.ts";
import { SecureSession } from "../../../../../platform/link/secure/secure-session.ts";
import { partyName, SecureParty, sessionOf } from "../../../../fixtures/secure-party.ts";

const inputs = (count: number) => Array.from({ length: count }, () => Uint32Array.of(1, 2));
const rules = { quorum: 3, threshold: 0.6 };

/** Five members of whom the fifth is lost after sharing, right before they are asked to unmask. */
function beforeUnmasking() {
  const party = new SecureParty(rules, inputs(5), [
    ...(["masking", "masking", "masking", "masking", "shares"] as const),
  ]);
  party.play();
  return { session: party.sessions[0] as SecureSession };
}

const survivors = (...places: number[]) => ({
  version: 1 as const,
  ...partyName,
  survivors: places.map((place) => `ap-${place}`),
});

function rosterOf(members: readonly Member[], threshold: number): FederationRoster {
  return { version: 1, ...partyName, threshold, members: [...members] };
}

describe("a member of a secure round", () => {
  it("gives of everyone one kind of share", () => {
    const { session } = beforeUnmasking();
    const given = session.unmasking(survivors(0, 1, 2, 3));
    expect(given?.selfMasks.map(({ agent }) => agent)).toEqual(["ap-0", "ap-1", "ap-2", "ap-3"]);
    expect(given?.maskingKeys.map(({ agent }) => agent)).toEqual(["ap-4"]);
  });

  it("never gives the other kind, whoever is said to have survived next", () => {
    const { session } = beforeUnmasking();
    expect(session.unmasking(survivors(0, 1, 2, 3))).toBeDefined();
    expect(session.unmasking(survivors(3, 2, 1, 0))).toBeUndefined();
    expect(() => session.unmasking(survivors(0, 1, 2, 4))).toThrow(/the survivors named before/);
    expect(() => session.unmasking(survivors(0, 1, 2))).toThrow(/the survivors named before/);
  });

  it("gives nothing for survivors that are too few, named twice, or none of its members", () => {
    const { session } = beforeUnmasking();
    expect(() => session.unmasking(survivors(0, 1))).toThrow(/3 different survivors/);
    expect(() => session.unmasking(survivors(0, 1, 1))).toThrow(/3 different survivors/);
    expect(() => session.unmasking(survivors(0, 1, 9))).toThrow(/survivors that shared/);
    expect(session.unmasking(survivors(1, 2, 3))).toBeUndefined();
  });

  it("shares with no roster in which its update would not be hidden", () => {
    const [own, ...others] = inputs(4).map((input, i) => sessionOf(`ap-${i}`, input));
    const session = own as SecureSession;
    const peers = others.map((other) => other.keys().member);
    const me = session.keys().member;
    const shares = (members: Member[], threshold: number) => () =>
      session.shares(rosterOf(members, threshold));
    expect(shares(peers, 2)).toThrow(/this agent's keys in the roster; received none/);
    const forged = { ...me, maskingKey: (peers[0] as Member).maskingKey };
    expect(shares([forged, ...peers], 3)).toThrow(/this agent's keys in the roster/);
    expect(shares([me, ...peers], 2)).toThrow(/over half of 4 members/);
    expect(shares([me, ...peers], 5)).toThrow(/over half of 4 members/);
    expect(shares([me, ...peers, peers[0] as Member], 4)).toThrow(/every member once/);
    expect(shares([me], 1)).toThrow(/a threshold of 3 or more; received 1/);
    expect(shares([me, ...peers.slice(0, 2)], 2)).toThrow(/a threshold of 3 or more/);
    expect(shares([me, ...peers], 3)()?.shares).toHaveLength(3);
    expect(shares([me, ...peers], 3)()).toBeUndefined();
  });

  it("masks with shares that were sealed for it, by enough others", () => {
    const sessions = inputs(4).map((input, i) => sessionOf(`ap-${i}`, input));
    const roster = rosterOf(
      sessions.map((session) => session.keys().member),
      3,
    );
    const [own, ...peers] = sessions as [SecureSession, ...SecureSession[]];
    own.shares(roster);
    const sent = peers.map((peer) => peer.shares(roster)?.shares ?? []);
    const sealedFor = (agent: string, by = 0) =>
      sent[by]?.find((share) => share.agent === agent)?.sealed ?? "";
    const good = { agent: "ap-1", sealed: sealedFor("ap-0") };
    const alsoGood = { agent: "ap-2", sealed: sealedFor("ap-0", 1) };
    const take =
      (...shares: SealedShares["shares"]) =>
      () =>
        own.maskedInput({ version: 1, ...partyName, shares });
    expect(take({ agent: "ap-1", sealed: sealedFor("ap-2") })).toThrow(/sealed for ap-0/);
    expect(take({ agent: "ap-2", sealed: sealedFor("ap-0") })).toThrow(/sealed for ap-0/);
    expect(take({ agent: "ap-7", sealed: sealedFor("ap-0") })).toThrow(/shares of others/);
    expect(take(good, good)).toThrow(/each once/);
    expect(take(good)).toThrow(/shares of 2 other/);
    expect(take(good, alsoGood)()).toHaveLength(2);
    expect(take(good, alsoGood)()).toBeUndefined();
  });

  it("asks for signatures where it knows the others' keys", () => {
    const pairs = [0, 1, 2].map(() => generateKeyPairSync("ed25519"));
    const isSigned = (keys: FederationKeys) => {
      const pair = pairs[Number(keys.member.agent.slice(3))];
      const signature = Buffer.from(keys.member.signature ?? "", "base64");
      return (
        pair !== undefined &&
        verify(null, Buffer.from(signedKeysText(keys)), pair.publicKey, signature)
      );
    };
    const signed = (place: number) =>
      new SecureSession({
        name: partyName,
        agent: `ap-${place}`,
        incarnation: "i",
        input: Uint32Array.of(1),
        randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
        sign: (text) =>
          sign(null, Buffer.from(text), pairs[place]?.privateKey ?? "").toString("base64"),
        isSigned,
      });
    const own = signed(0);
    const peer = signed(1).keys().member;
    const relayed = {
      ...peer,
      maskingKey: sessionOf("ap-1", Uint32Array.of(1)).keys().member.maskingKey,
    };
    const third = signed(2).keys().member;
    const shares = (other: Member) => () =>
      own.shares(rosterOf([own.keys().member, other, third], 3));
    expect(shares(relayed)).toThrow(/keys that members signed; received ap-1/);
    expect(shares({ ...peer, signature: null })).toThrow(/keys that members signed/);
    expect(shares(peer)()?.shares).toHaveLength(2);
  });
});
