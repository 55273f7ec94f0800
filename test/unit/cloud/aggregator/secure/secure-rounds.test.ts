import { describe, expect, it } from "vitest";
import { PrivacyLedger } from "../../../../../cloud/aggregator/privacy-ledger.ts";
import { type RoundRules, Rounds } from "../../../../../cloud/aggregator/round.ts";
import { SecureRounds } from "../../../../../cloud/aggregator/secure/secure-rounds.ts";
import type { FederationRoster } from "../../../../../core/messages/federation-roster.ts";
import type { FederationSurvivors } from "../../../../../core/messages/federation-survivors.ts";
import type { FederationUpdateHeader } from "../../../../../core/messages/federation-update.ts";
import type { SealedShares } from "../../../../../core/messages/sealed-shares.ts";
import { privacyRulesSchema } from "../../../../../core/privacy/privacy-rules.ts";
import { fixedPointChange } from "../../../../../core/secure-aggregation/fixed-point.ts";
import type { Weights } from "../../../../../core/weights/tensor.ts";
import type { SecureSession } from "../../../../../platform/link/secure/secure-session.ts";
import { sampleUpdate } from "../../../../fixtures/messages.ts";
import { sessionIn } from "../../../../fixtures/secure-party.ts";

const rules: RoundRules = {
  quorum: 3,
  deadlineMs: 1000,
  rounds: { mode: "synchronous" },
  maxAgents: 8,
  maxSamples: 1000,
  maxChange: 10,
  aggregation: { rule: "fed-avg", clipNorm: null },
  encodings: ["float32"],
};
const pair = (a: number, b: number): Weights =>
  new Map([["w", { shape: [2], data: Float32Array.of(a, b) }]]);
const base = pair(1, 1);
const agents = ["ap-0", "ap-1", "ap-2"];

/** Rounds with three agents up to the masked updates. */
class Site {
  readonly rounds: SecureRounds;
  readonly sessions = new Map<string, SecureSession>();
  private roster: FederationRoster | undefined;
  private survivors: FederationSurvivors | undefined;
  private readonly inboxes = new Map<string, SealedShares>();
  private readonly inputs: readonly Uint32Array[];

  constructor(
    inputs: readonly Uint32Array[],
    ledger?: PrivacyLedger,
    clipNorm: number | null = null,
  ) {
    const latest = { round: 1, globalVersion: 1, global: base, contributors: [] };
    const history = { federation: "f", round: 1, latest };
    this.inputs = inputs;
    this.rounds = new SecureRounds({
      federation: "f",
      rules: { ...rules, threshold: 0.67 },
      rounds: new Rounds(rules, history, undefined, ledger),
      clipNorm,
      ledger,
      voice: {
        roster: (roster) => {
          this.roster = roster;
        },
        inbox: (agent, shares) => {
          this.inboxes.set(agent, shares);
        },
        survivors: (survivors) => {
          this.survivors = survivors;
        },
      },
    });
  }

  toMasking(): void {
    const { round } = this.rounds.open(0);
    for (const [i, agent] of agents.entries()) {
      const input = this.inputs[i] as Uint32Array;
      const session = sessionIn({ federation: "f", round }, agent, input);
      this.sessions.set(agent, session);
      this.open.keysArrived(session.keys());
    }
    this.rounds.step(0, agents);
    for (const [agent, session] of this.sessions) {
      const shares = session.shares(this.roster as FederationRoster) as SealedShares;
      this.open.sharesArrived(agent, shares);
    }
    this.rounds.step(0, agents);
  }

  masked(agent: string): Uint8Array {
    const inbox = this.inboxes.get(agent) as SealedShares;
    const masked = this.sessions.get(agent)?.maskedInput(inbox) as Uint32Array;
    return new Uint8Array(masked.buffer);
  }

  toEnd() {
    for (const agent of agents) this.rounds.offer(header(agent), this.masked(agent));
    this.rounds.step(0, agents);
    for (const [agent, session] of this.sessions) {
      const unmasking = session.unmasking(this.survivors as FederationSurvivors);
      if (unmasking !== undefined) this.open.unmaskingArrived(agent, unmasking);
    }
    return this.rounds.step(0, agents);
  }

  private get open() {
    const round = this.rounds.roundOf(2);
    if (round === undefined) throw new Error("no round 2");
    return round;
  }
}

function header(agent: string, over: Partial<FederationUpdateHeader> = {}): FederationUpdateHeader {
  const sha256 = agent.slice(-1).repeat(64);
  const content = { ...sampleUpdate.content, encoding: "masked" as const, sha256 };
  return { ...sampleUpdate, federation: "f", round: 2, baseVersion: 1, agent, content, ...over };
}

const changes = [pair(2, 1), pair(3, 1), pair(1, -2)].map((w) => fixedPointChange(w, base, null));

describe("rounds of secure aggregation", () => {
  it("end with the mean of the changes as the next version", () => {
    const site = new Site(changes);
    site.toMasking();
    const closed = site.toEnd();
    expect(closed).toMatchObject({ round: 2, globalVersion: 2, contributors: agents });
    expect(typeof closed === "object" && [...(closed.global.get("w")?.data ?? [])]).toEqual([2, 0]);
    expect(site.rounds.screen(header("ap-0"))).toBe("repeated");
  });

  it("refuse what is not masked, of a stranger, of another length, or another one", () => {
    const site = new Site(changes);
    site.toMasking();
    const { content } = sampleUpdate;
    expect(site.rounds.screen(header("ap-0", { content }))).toBe("unmasked");
    expect(site.rounds.screen(header("ap-9"))).toBe("outsider");
    expect(site.rounds.screen(header("ap-0", { round: 1 }))).toBe("late");
    expect(site.rounds.offer(header("ap-0"), new Uint8Array(12))).toBe("mismatched");
    expect(site.rounds.offer(header("ap-0"), site.masked("ap-0"))).toBeUndefined();
    expect(site.rounds.screen(header("ap-0"))).toBe("repeated");
    const other = { ...header("ap-1").content };
    expect(site.rounds.screen(header("ap-0", { content: other }))).toBe("duplicate");
  });

  it("are abandoned when the sum is larger than honest changes can be", () => {
    const lie = fixedPointChange(pair(17, 17), base, null);
    const [first, second] = changes as [Uint32Array, Uint32Array];
    const tight = new Site([first, second, lie], undefined, 1);
    tight.toMasking();
    expect(tight.toEnd()).toBe("oversize");
    const garbled = new Site(changes);
    garbled.toMasking();
    garbled.rounds.offer(header("ap-0"), new Uint8Array(8).fill(0x55));
    expect(garbled.toEnd()).toBe("oversize");
  });

  it("add noise to the mean where models are private, and spend for it", () => {
    const privacy = privacyRulesSchema.parse({ clipNorm: 5, noiseMultiplier: 1 });
    const noNoise = { uniform: () => 0.5, integer: () => 0 };
    const site = new Site(changes, new PrivacyLedger(privacy, 0, noNoise), 5);
    site.toMasking();
    const closed = site.toEnd();
    // Every draw is √(2 ln 2) cos π; the deviation is 5 / 3.
    const draw = -Math.sqrt(2 * Math.LN2) * (5 / 3);
    expect(closed).toMatchObject({ rho: 0.5 });
    const [a, b] = typeof closed === "object" ? (closed.global.get("w")?.data ?? []) : [];
    expect(a).toBeCloseTo(2 + draw, 5);
    expect(b).toBeCloseTo(0 + draw, 5);
  });
});
