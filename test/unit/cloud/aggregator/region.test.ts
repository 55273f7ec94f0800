import { describe, expect, it } from "vitest";
import { Region } from "../../../../cloud/aggregator/region.ts";
import type { ClosedRound } from "../../../../cloud/aggregator/round.ts";
import type { UpdateFacts } from "../../../../core/messages/federation-update.ts";
import type { Weights } from "../../../../core/weights/tensor.ts";
import type { FederationListener } from "../../../../platform/link/federation-link.ts";
import { createLog } from "../../../../platform/log.ts";
import { sampleGlobal, sampleRound } from "../../../fixtures/messages.ts";

const scalar = (value: number): Weights =>
  new Map([["w", { shape: [1], data: Float32Array.of(value) }]]);
const numberIn = (weights: Weights | undefined) => weights?.get("w")?.data[0];

/** A region, and its parent's side of the link. */
class Site {
  readonly sent: { facts: UpdateFacts; value: number | undefined }[] = [];
  readonly region: Region;
  arrivals = 0;
  private listener: FederationListener | undefined;

  constructor() {
    this.region = new Region(
      "east",
      (_, listener) => {
        this.listener = listener;
        return {
          start: () => undefined,
          stop: () => Promise.resolve(),
          sendUpdate: (facts, weights) => void this.sent.push({ facts, value: numberIn(weights) }),
        };
      },
      () => this.arrivals++,
      createLog("east", "silent"),
    );
  }

  parentOpens(round: number, baseVersion: number): void {
    this.listener?.onRound({ ...sampleRound, federation: "above", round, baseVersion });
  }

  parentGives(globalVersion: number, weights: Weights): void {
    const header = { ...sampleGlobal, federation: "above", globalVersion };
    this.listener?.onGlobal(header, weights);
  }

  close(value: number, samples: number | undefined = 200): void {
    const closed = { round: 1, globalVersion: 1, global: scalar(value), contributors: ["a"] };
    this.region.roundClosed({ ...closed, samples } as ClosedRound);
  }
}

describe("a region", () => {
  it("sends its model up as an agent would, once a round of its parent", () => {
    const site = new Site();
    site.close(5);
    expect(site.sent).toEqual([]);
    site.parentOpens(1, 0);
    site.close(6, 300);
    site.close(7);
    expect(site.sent).toHaveLength(1);
    expect(site.sent[0]).toMatchObject({
      facts: { agent: "east", round: 1, baseVersion: 0, samples: 500 },
      value: 6,
    });
  });

  it("tells no more samples than its parent's rounds take", () => {
    const site = new Site();
    site.parentOpens(1, 0);
    site.close(6, 1e6);
    expect(site.sent[0]?.facts.samples).toBe(sampleRound.maxSamples);
  });

  it("takes over its parent's first model as it is", () => {
    const site = new Site();
    site.parentOpens(4, 3);
    site.parentGives(3, scalar(50));
    expect([site.arrivals, site.region.waiting]).toEqual([1, true]);
    expect(numberIn(site.region.merge(scalar(7)))).toBe(50);
    expect(site.region.waiting).toBe(false);
    expect(numberIn(site.region.merge(scalar(8)))).toBe(8);
    expect(numberIn(new Site().region.merge(scalar(8)))).toBe(8);
  });

  it("has its parent's model where it has none", () => {
    const site = new Site();
    expect(site.region.merge(undefined)).toBeUndefined();
    site.parentOpens(4, 3);
    site.parentGives(3, scalar(50));
    expect(numberIn(site.region.merge(undefined))).toBe(50);
  });

  it("keeps what it has learned since it told its parent, and tells it next", () => {
    const site = new Site();
    site.parentOpens(4, 3);
    site.parentGives(3, scalar(50));
    site.region.merge(scalar(7));
    site.close(52);
    expect(site.sent[0]).toMatchObject({ facts: { round: 4, baseVersion: 3 }, value: 52 });
    site.close(55);
    site.parentOpens(5, 4);
    site.parentGives(4, scalar(60));
    expect(numberIn(site.region.merge(scalar(56)))).toBe(64);
    site.close(64, 100);
    expect(site.sent[1]).toMatchObject({
      facts: { round: 5, baseVersion: 4, samples: 100 },
      value: 64,
    });
  });

  it("goes on with its own model where its parent's has other shapes", () => {
    const site = new Site();
    site.parentOpens(4, 3);
    site.parentGives(3, new Map([["w", { shape: [1, 1], data: Float32Array.of(1) }]]));
    expect(numberIn(site.region.merge(scalar(7)))).toBe(7);
    expect(site.region.waiting).toBe(false);
  });

  it("tells nothing of a model that it has from its parent alone", () => {
    const site = new Site();
    site.parentOpens(4, 3);
    site.parentGives(3, scalar(50));
    site.region.merge(scalar(7));
    site.close(50, 0);
    expect(site.sent).toEqual([]);
  });
});
