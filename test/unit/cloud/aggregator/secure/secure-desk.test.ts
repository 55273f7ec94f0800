import { beforeEach, describe, expect, it } from "vitest";
import { type RoundRules, Rounds } from "../../../../../cloud/aggregator/round.ts";
import { SecureDesk } from "../../../../../cloud/aggregator/secure/secure-desk.ts";
import { SecureRounds } from "../../../../../cloud/aggregator/secure/secure-rounds.ts";
import {
  type FederationKeys,
  federationKeysMessage,
} from "../../../../../core/messages/federation-keys.ts";
import { federationSharesMessage } from "../../../../../core/messages/federation-shares.ts";
import { maxMembers } from "../../../../../core/secure-aggregation/fixed-point.ts";
import { sessionIn } from "../../../../fixtures/secure-party.ts";

const rules: RoundRules = {
  quorum: 3,
  deadlineMs: 1000,
  rounds: { mode: "synchronous" },
  maxAgents: 256,
  maxSamples: 1000,
  maxChange: 10,
  aggregation: { rule: "fed-avg", clipNorm: null },
  encodings: ["float32"],
};
const global = new Map([["w", { shape: [1], data: Float32Array.of(1) }]]);
const ignore = () => undefined;

function keysOf(agent: string): FederationKeys {
  return sessionIn({ federation: "f", round: 2 }, agent, new Uint32Array(1)).keys();
}

describe("a secure round's desk", () => {
  let refusals: string[];
  let heard: string[];
  let rosters: string[][];
  let rounds: SecureRounds;
  let desk: SecureDesk;

  beforeEach(() => {
    [refusals, heard, rosters] = [[], [], []];
    const latest = { round: 1, globalVersion: 1, global, contributors: [] };
    rounds = new SecureRounds({
      federation: "f",
      rules: { ...rules, threshold: 0.67 },
      rounds: new Rounds(rules, { federation: "f", round: 1, latest }),
      clipNorm: null,
      ledger: undefined,
      voice: {
        roster: ({ members }) => rosters.push(members.map(({ agent }) => agent)),
        inbox: ignore,
        survivors: ignore,
      },
    });
    rounds.open(0);
    desk = new SecureDesk({
      federation: "f",
      rounds,
      isSigned: ({ member }) => member.agent !== "impostor",
      heard: (agent) => heard.push(agent),
      refused: (reason) => refusals.push(reason),
    });
  });

  function announce(agent: string, as = agent): void {
    desk.receive(federationKeysMessage.topic(agent), federationKeysMessage.encode(keysOf(as)));
  }

  it("tells what it refuses, and goes on", () => {
    desk.receive(federationSharesMessage.topic("ap-0"), Buffer.from("{"));
    announce("ap-0", "ap-1");
    announce("impostor");
    expect(refusals).toEqual(["malformed", "malformed", "unsigned"]);
    announce("ap-0");
    expect(refusals).toHaveLength(3);
    expect(heard).toEqual(["ap-0"]);
  });

  it("takes as many names as a roster has, and then waits for nobody else", () => {
    const names = Array.from({ length: maxMembers }, (_, i) => `ap-${i}`);
    for (const name of names.slice(1)) announce(name);
    rounds.step(1, [...names, "late"]);
    expect(rosters).toEqual([]);
    announce("ap-0");
    announce("late");
    announce("ap-0");
    expect(refusals).toEqual(["crowded"]);
    rounds.step(1, [...names, "late"]);
    expect(rosters.map((roster) => roster.sort())).toEqual([names.sort()]);
  });
});
