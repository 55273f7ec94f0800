import type { FederationGlobalHeader } from "../../../core/messages/federation-global.ts";
import type { FederationRound } from "../../../core/messages/federation-round.ts";
import type { Encoding } from "../../../core/weights/encoding.ts";
import type { Weights } from "../../../core/weights/tensor.ts";
import {
  type AgentLink,
  createLink,
  type LinkCounters,
} from "../../../platform/link/agent-link.ts";
import { linkConfigSchema } from "../../../platform/link/config.ts";
import { FederationClient } from "../../../platform/link/federation-client.ts";
import { createLog } from "../../../platform/log.ts";

export interface FleetAgentOptions {
  readonly name: string;
  readonly brokerUrl: string;
  readonly encoding: Encoding;
  /** What training makes of a model; the first is the shipped one. */
  readonly train: (model: Weights) => Weights;
  readonly generator: Weights;
  /** Models taken over until it answers no more. */
  readonly models: number;
  /** Does the work of this agent's learning later, when it is its turn. */
  readonly inTurn: (work: () => void) => void;
  /** A model was taken over, so long after its round was opened. */
  readonly onModel: (agent: FleetAgent, version: number, roundMs: number) => void;
}

/** Silence after which an update goes again; a fleet is answered slower than a handful of agents. */
const answerPatienceMs = 60_000;
const samples = 100;
const silent = createLog("fleet", "silent");

/** An agent's link and federation as in the agent; it answers every round when it is its turn to learn. */
export class FleetAgent {
  private readonly options: FleetAgentOptions;
  private readonly link: AgentLink;
  private readonly federation: FederationClient;
  private readonly openedAtMs = new Map<number, number>();
  private model: Weights;
  private version = 0;

  constructor(options: FleetAgentOptions) {
    const { name, brokerUrl, encoding } = options;
    this.options = options;
    this.model = options.generator;
    this.federation = new FederationClient(name, "bench");
    this.link = createLink(
      linkConfigSchema.parse({ brokerUrl, encodings: [encoding], answerPatienceMs }),
      {
        agent: name,
        incarnation: "bench",
        system: "slicing",
        federated: true,
        startedAtMs: 0,
        policy: "slicing",
      },
      {
        onRound: (round) => this.roundOpened(round),
        onGlobal: (header, weights) => this.take(header, weights),
      },
      silent,
    );
  }

  get counters(): LinkCounters {
    return this.link.counters;
  }

  start(): void {
    this.link.start();
  }

  async stop(): Promise<void> {
    await this.link.stop();
  }

  private roundOpened(round: FederationRound): void {
    this.openedAtMs.set(round.round, performance.now());
    this.federation.roundOpened(round);
    this.learn();
  }

  private take(header: FederationGlobalHeader, weights: Weights): void {
    if (!this.federation.wants(header)) return;
    this.federation.globalAdopted(header);
    this.model = weights;
    this.version = header.globalVersion;
    const openedAtMs = this.openedAtMs.get(header.round) ?? Number.NaN;
    this.openedAtMs.delete(header.round);
    this.options.onModel(this, this.version, performance.now() - openedAtMs);
    this.learn();
  }

  private learn(): void {
    this.options.inTurn(() => this.answer());
  }

  private answer(): void {
    if (this.version >= this.options.models) return;
    const facts = this.federation.episodeEnded(samples);
    if (facts !== undefined) this.link.sendUpdate(facts, this.options.train(this.model));
  }
}
