import { describe, expect, it } from "vitest";
import type { FederationGlobalHeader } from "../../../../core/messages/federation-global.ts";
import type { FederationRound } from "../../../../core/messages/federation-round.ts";
import { FederationClient } from "../../../../platform/link/federation-client.ts";
import { sampleGlobal, sampleRound } from "../../../fixtures/messages.ts";

const round = (over: Partial<FederationRound> = {}): FederationRound => ({
  ...sampleRound,
  federation: "f",
  ...over,
});

const global = (globalVersion: number, federation = "f"): FederationGlobalHeader => ({
  ...sampleGlobal,
  federation,
  globalVersion,
  round: globalVersion,
});

describe("a federation client", () => {
  it("answers the open round once", () => {
    const client = new FederationClient("ap-0", "i");
    expect(client.episodeEnded(100)).toBeUndefined();
    client.roundOpened(round());
    expect(client.episodeEnded(100)).toEqual({
      federation: "f",
      agent: "ap-0",
      incarnation: "i",
      round: 1,
      baseVersion: 0,
      samples: 100,
    });
    expect(client.episodeEnded(100)).toBeUndefined();
    client.roundOpened(round());
    expect(client.episodeEnded(100)).toBeUndefined();
    expect(client.status).toEqual({ round: 1, globalVersion: 0, roundsJoined: 1 });
  });

  it("waits with its answer until it learns from the base of the round", () => {
    const client = new FederationClient("ap-0", "i");
    client.roundOpened(round({ round: 6, baseVersion: 5 }));
    expect(client.episodeEnded(100)).toBeUndefined();
    expect(client.wants(global(5))).toBe(true);
    client.globalAdopted(global(5));
    expect(client.episodeEnded(100)).toMatchObject({ round: 6, baseVersion: 5 });
  });

  it("wants no global model of a federation that no round has named", () => {
    const client = new FederationClient("ap-0", "i");
    expect(client.wants(global(5))).toBe(false);
    client.roundOpened(round({ federation: "g" }));
    expect(client.wants(global(5))).toBe(false);
    client.globalAdopted(global(5));
    expect(client.status.globalVersion).toBe(0);
    expect(client.episodeEnded(100)).toMatchObject({ federation: "g", baseVersion: 0 });
  });

  it("tells no more samples than the round takes", () => {
    const client = new FederationClient("ap-0", "i");
    client.roundOpened(round({ maxSamples: 500 }));
    expect(client.episodeEnded(864_000)?.samples).toBe(500);
  });

  it("wants newer global models only", () => {
    const client = new FederationClient("ap-0", "i");
    client.roundOpened(round());
    client.globalAdopted(global(5));
    expect([4, 5, 6].map((version) => client.wants(global(version)))).toEqual([false, false, true]);
  });

  it("starts again with a new federation and ignores models of the old one", () => {
    const client = new FederationClient("ap-0", "i");
    client.roundOpened(round({ round: 58, baseVersion: 57 }));
    client.globalAdopted(global(57));
    client.episodeEnded(100);
    client.roundOpened(round({ federation: "g" }));
    expect(client.wants(global(58))).toBe(false);
    expect(client.episodeEnded(100)).toMatchObject({ federation: "g", round: 1, baseVersion: 0 });
    expect(client.wants(global(1, "g"))).toBe(true);
  });

  it("answers no round once the privacy budget is spent", () => {
    const client = new FederationClient("ap-0", "i");
    client.roundOpened(round({ budgetSpent: true }));
    expect(client.episodeEnded(100)).toBeUndefined();
    expect(client.wants(global(1))).toBe(true);
  });

  it("answers again when an extension shows that its update was lost", () => {
    const client = new FederationClient("ap-0", "i");
    client.roundOpened(round());
    client.episodeEnded(100);
    client.roundOpened(round({ extensions: 1, received: ["ap-0"] }));
    expect(client.episodeEnded(100)).toBeUndefined();
    client.roundOpened(round({ extensions: 2, received: ["ap-1"] }));
    expect(client.episodeEnded(100)).toMatchObject({ round: 1 });
    expect(client.status.roundsJoined).toBe(1);
  });
});

describe("a federation client where rounds take older bases", () => {
  const open = (number: number, baseVersion: number, over: Partial<FederationRound> = {}) =>
    round({ round: number, baseVersion, maxStaleness: 2, ...over });
  const model = (globalVersion: number) => ({ header: global(globalVersion), weights: new Map() });

  function learningFrom(version: number): FederationClient {
    const client = new FederationClient("ap-0", "i");
    client.roundOpened(open(version + 1, version));
    expect(client.globalArrived(model(version))?.header.globalVersion).toBe(version);
    client.globalAdopted(global(version));
    return client;
  }

  it("sends what it learned before it goes on from the newest model", () => {
    const client = learningFrom(5);
    for (const version of [6, 7]) {
      client.roundOpened(open(version + 1, version));
      expect(client.globalArrived(model(version))).toBeUndefined();
    }
    expect(client.episodeEnded(100)).toMatchObject({ round: 8, baseVersion: 5 });
    expect(client.globalDue()?.header.globalVersion).toBe(7);
    expect(client.globalDue()).toBeUndefined();
  });

  it("gives up what it learned once nobody would take it", () => {
    const client = learningFrom(5);
    expect(client.globalArrived(model(7))).toBeUndefined();
    client.roundOpened(open(9, 8));
    expect(client.episodeEnded(100)).toBeUndefined();
    expect(client.globalArrived(model(8))?.header.globalVersion).toBe(8);
    expect(client.globalDue()).toBeUndefined();
  });

  it("answers from a base once, and takes the next model over as it comes", () => {
    const client = learningFrom(5);
    expect(client.episodeEnded(100)).toMatchObject({ round: 6, baseVersion: 5 });
    client.roundOpened(open(7, 6));
    expect(client.episodeEnded(100)).toBeUndefined();
    expect(client.globalArrived(model(6))?.header.globalVersion).toBe(6);
  });

  it("answers from the same base again when the aggregator has lost the update", () => {
    const client = learningFrom(5);
    client.episodeEnded(100);
    client.roundOpened(open(6, 5, { extensions: 1, received: ["ap-1"] }));
    expect(client.episodeEnded(100)).toMatchObject({ round: 6, baseVersion: 5 });
    client.roundOpened(open(8, 5));
    expect(client.episodeEnded(100)).toMatchObject({ round: 8, baseVersion: 5 });
  });

  it("sends nothing from no model once there is one", () => {
    const client = new FederationClient("ap-0", "i");
    client.roundOpened(open(2, 1));
    expect(client.episodeEnded(100)).toBeUndefined();
    expect(client.globalArrived(model(1))?.header.globalVersion).toBe(1);
  });
});
