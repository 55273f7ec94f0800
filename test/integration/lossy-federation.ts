import { roundAnnouncement } from "../../cloud/aggregator/announcements.ts";
import { BufferedRounds } from "../../cloud/aggregator/buffered-rounds.ts";
import { Downlink } from "../../cloud/aggregator/downlink.ts";
import { Intake, weightsInto } from "../../cloud/aggregator/intake.ts";
import { answerTo, blockFor, requestTo } from "../../cloud/aggregator/replies.ts";
import {
  type ClosedRound,
  type FederatedRounds,
  type OpenRound,
  type RoundRules,
  Rounds,
} from "../../cloud/aggregator/round.ts";
import type { RoundsMode } from "../../cloud/aggregator/rounds-mode.ts";
import { cloudConfigSchema } from "../../cloud/config.ts";
import { federationGlobalRequestMessage } from "../../core/messages/federation-global-request.ts";
import {
  type FederationUpdateHeader,
  federationUpdateMessage,
} from "../../core/messages/federation-update.ts";
import { federationUpdateBlockMessage } from "../../core/messages/federation-update-block.ts";
import type { Encoding } from "../../core/weights/encoding.ts";
import type { Weights } from "../../core/weights/tensor.ts";
import { linkConfigSchema } from "../../platform/link/config.ts";
import { FederationClient, type GlobalModel } from "../../platform/link/federation-client.ts";
import { FederationLink } from "../../platform/link/federation-link.ts";
import { createLog } from "../../platform/log.ts";
import type { OutgoingMessage } from "../../platform/mqtt/outbox.ts";

const values = 1000;
const silent = createLog("lossy", "silent");
const pull = { windowBlocks: 2, patienceMs: 100 };

/** Weights of 4 kB: four blocks. */
const uniform = (value: number): Weights =>
  new Map([["w", { shape: [values], data: new Float32Array(values).fill(value) }]]);

export const valueIn = (weights: Weights) => weights.get("w")?.data[0] ?? Number.NaN;

interface Letter {
  /** "aggregator", or an agent's name. */
  readonly to: string;
  readonly message: OutgoingMessage;
}

/** What happens next: to which letter under way, or to whom. */
export interface Turn {
  readonly kind: "deliver" | "repeat" | "lose" | "learn" | "wait";
  readonly choice: number;
}

export interface LossyOptions {
  readonly rounds: RoundsMode;
  readonly agents: number;
  readonly encodings: readonly Encoding[];
  readonly downlink: Encoding;
  /** 0: everything goes in blocks. */
  readonly inlineBytes: number;
}

/** An agent whose training adds a number of its own to the global model. */
class Learner {
  private readonly place: number;
  readonly name: string;
  readonly adopted: number[] = [];
  /** What it meant to send, by round and base: a round that is extended may ask for another base. */
  private readonly sent = new Map<string, number>();
  readonly link: FederationLink;
  private readonly client: FederationClient;
  private value = 1;

  constructor(place: number, site: LossyFederation, { inlineBytes }: LossyOptions) {
    const name = `ap-${place}`;
    this.place = place;
    this.name = name;
    this.client = new FederationClient(name, "i");
    this.link = new FederationLink({
      config: linkConfigSchema.parse({
        inlineBytes,
        blockBytes: 1024,
        pull,
        answerPatienceMs: 100,
      }),
      agent: name,
      listener: {
        onRound: (round) => this.client.roundOpened(round),
        onGlobal: (header, weights) => this.adopt(this.client.globalArrived({ header, weights })),
      },
      log: silent,
      send: (message) => site.post("aggregator", message),
      nowMs: () => site.nowMs,
    });
  }

  /** Learns the same from the same model, also when its round asks for it once more. */
  learn(): void {
    const facts = this.client.episodeEnded(1);
    if (facts !== undefined) {
      const wanted = this.value + (1 + ((this.place + facts.round) % 5)) / 16;
      this.sent.set(`${facts.round} from ${facts.baseVersion}`, wanted);
      this.link.submit(facts, uniform(wanted));
    }
    this.adopt(this.client.globalDue());
  }

  sentFor(round: number, baseVersion: number): number {
    return this.sent.get(`${round} from ${baseVersion}`) ?? Number.NaN;
  }

  private adopt(model: GlobalModel | undefined): void {
    if (model === undefined) return;
    this.client.globalAdopted(model.header);
    this.adopted.push(model.header.globalVersion);
    this.value = valueIn(model.weights);
  }
}

/** Rounds, intake and downlink against real agents' links, over a network that does as it is told. */
export class LossyFederation {
  nowMs = 0;
  readonly closed: ClosedRound[] = [];
  /** The updates that each of them is made of. */
  readonly taken: FederationUpdateHeader[][] = [[]];
  readonly learners: Learner[];
  private readonly letters: Letter[] = [];
  private readonly rules: RoundRules;
  private readonly rounds: FederatedRounds;
  private readonly downlink: Downlink;
  private readonly intake: Intake;

  constructor(options: LossyOptions) {
    const { inlineBytes, downlink, encodings, rounds } = options;
    this.rules = cloudConfigSchema.parse({ quorum: 2, deadlineMs: 1000, rounds, encodings });
    this.downlink = new Downlink({ encoding: downlink, inlineBytes, blockBytes: 1024 });
    const history = { federation: "f", round: 0, latest: undefined };
    const Mode = rounds.mode === "buffered" ? BufferedRounds : Rounds;
    this.rounds = new Mode(this.rules, history, (mean, base) => this.downlink.settle(mean, base));
    this.intake = new Intake({
      sink: weightsInto(this.rounds),
      pull,
      maxUpdateBytes: 10_000,
      maxPulls: 2,
      isSigned: () => true,
      ask: (agent, sha256, blocks) => this.post(agent, requestTo(agent, sha256, blocks)),
      judged: (header, verdict) => {
        if (verdict.refusal === null && !verdict.repeated) this.taken.at(-1)?.push(header);
        this.post(header.agent, answerTo(header, verdict));
      },
      malformed: (topic, error) => {
        throw new Error(`${topic}: ${error}`);
      },
    });
    this.learners = Array.from(
      { length: options.agents },
      (_, place) => new Learner(place, this, options),
    );
    this.announce(this.rounds.open(0));
  }

  /** Updates in a model that did not build on the one before. */
  get staleUpdates(): number {
    const stale = this.closed.map(({ globalVersion }, i) =>
      (this.taken[i] ?? []).filter(({ baseVersion }) => baseVersion < globalVersion - 1),
    );
    return stale.flat().length;
  }

  post(to: string, message: OutgoingMessage): void {
    this.letters.push({ to, message });
  }

  play({ kind, choice }: Turn): void {
    const at = choice % Math.max(1, this.letters.length);
    const learner = this.learners[choice % this.learners.length] as Learner;
    if (kind === "wait") this.wait();
    else if (kind === "learn") learner.learn();
    else {
      const [letter] = kind === "repeat" ? [this.letters[at]] : this.letters.splice(at, 1);
      if (letter !== undefined && kind !== "lose") this.deliver(letter);
    }
  }

  /** A second goes by in which everything arrives in order. */
  calm(): void {
    this.wait();
    for (const learner of this.learners) learner.learn();
    while (this.letters.length > 0) this.deliver(this.letters.shift() as Letter);
  }

  private wait(): void {
    this.nowMs += 1000;
    this.intake.tick(this.nowMs);
    for (const { link } of this.learners) link.tick();
    this.step();
    for (const message of this.standing) {
      for (const { name } of this.learners) this.post(name, message);
    }
  }

  private standing: OutgoingMessage[] = [];

  private announce(open: OpenRound): void {
    const round = roundAnnouncement("f", this.rules, open);
    const last = this.closed.at(-1);
    this.standing = last ? [this.downlink.announcement("f", last), round] : [round];
    for (const message of this.standing) {
      for (const { name } of this.learners) this.post(name, message);
    }
  }

  private deliver({ to, message: { topic, payload } }: Letter): void {
    if (to !== "aggregator") {
      const { link } = this.learners.find(({ name }) => name === to) as Learner;
      link.receive(topic, payload);
    } else if (federationUpdateMessage.agentIn(topic)) {
      this.intake.update(topic, payload, this.nowMs);
    } else if (federationUpdateBlockMessage.agentIn(topic)) {
      this.intake.block(topic, payload, this.nowMs);
    } else {
      const { sha256, blocks } = federationGlobalRequestMessage.decode(payload);
      const peer = federationGlobalRequestMessage.agentOf(topic);
      for (const block of blocks) {
        const bytes = this.downlink.block(sha256, block);
        if (bytes !== undefined) this.post(peer, blockFor({ peer, sha256, block }, bytes));
      }
    }
    for (const { link } of this.learners) link.idle();
    this.step();
  }

  private step(): void {
    const outcome = this.rounds.step(
      this.nowMs,
      this.learners.map(({ name }) => name),
    );
    if (outcome === "waiting") return;
    if (outcome === "extended") {
      this.announce(this.rounds.openRound as OpenRound);
      return;
    }
    this.closed.push(outcome);
    this.taken.push([]);
    const open = this.rounds.open(this.nowMs);
    this.intake.roundOpened(this.nowMs);
    this.announce(open);
  }
}
