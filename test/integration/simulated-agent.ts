import type { FederationGlobalHeader } from "../../core/messages/federation-global.ts";
import type { Weights } from "../../core/weights/tensor.ts";
import { type AgentLink, createLink } from "../../platform/link/agent-link.ts";
import { linkConfigSchema } from "../../platform/link/config.ts";
import { FederationClient, type GlobalModel } from "../../platform/link/federation-client.ts";
import { createLog } from "../../platform/log.ts";
import { sampleTelemetry } from "../fixtures/messages.ts";

export interface ReceivedGlobal {
  readonly header: FederationGlobalHeader;
  readonly value: number;
}

/** Weights that all have one value: 64 KiB of them unless told otherwise. */
export function uniformWeights(value: number, count = 128 * 128): Weights {
  return new Map([["w", { shape: [count], data: new Float32Array(count).fill(value) }]]);
}

export interface SimulatedAgentOptions {
  readonly incarnation?: string;
  /** More of the link's configuration. */
  readonly link?: Record<string, unknown>;
  /** False: no telemetry, which would count among the bytes. */
  readonly telemetry?: boolean;
  /** 50 ms unless told otherwise. */
  readonly episodeMs?: number;
  /** What training ends at, from the model it began with. */
  readonly train?: (base: Weights | undefined) => Weights;
}

/** An agent's link and federation with short episodes; its training ends at its own value, if not told else. */
export class SimulatedAgent {
  readonly name: string;
  readonly globals: ReceivedGlobal[] = [];
  readonly link: AgentLink;
  readonly federation: FederationClient;
  /** False: it stays connected and never answers. */
  answering = true;
  private readonly train: (base: Weights | undefined) => Weights;
  private readonly telemetry: boolean;
  private readonly episodeMs: number;
  private base: Weights | undefined;
  private episodes: NodeJS.Timeout | undefined;

  constructor(name: string, brokerUrl: string, value: number, options: SimulatedAgentOptions = {}) {
    const { incarnation = "first", train = () => uniformWeights(value) } = options;
    this.name = name;
    this.train = train;
    this.telemetry = options.telemetry ?? true;
    this.episodeMs = options.episodeMs ?? 50;
    this.federation = new FederationClient(name, incarnation);
    const config = linkConfigSchema.parse({
      brokerUrl,
      telemetryQueue: 5,
      ...options.link,
      mqtt: { keepaliveS: 2, backOff: { firstMs: 100, capMs: 400 }, ...Object(options.link?.mqtt) },
    });
    const identity = {
      agent: name,
      incarnation,
      system: "slicing",
      federated: true,
      startedAtMs: 0,
      policy: "sqrt-load",
    };
    this.link = createLink(
      config,
      identity,
      {
        onRound: (round) => this.federation.roundOpened(round),
        onGlobal: (header, weights) =>
          this.take(this.federation.globalArrived({ header, weights })),
      },
      createLog(name, "silent"),
    );
  }

  get versions(): number[] {
    return this.globals.map(({ header }) => header.globalVersion);
  }

  start(): this {
    this.link.start();
    this.episodes = setInterval(() => this.endEpisode(), this.episodeMs);
    return this;
  }

  async stop(): Promise<void> {
    clearInterval(this.episodes);
    await this.link.stop();
  }

  private endEpisode(): void {
    if (this.telemetry) this.link.publishTelemetry({ ...sampleTelemetry, agent: this.name });
    if (!this.answering) return;
    const header = this.federation.episodeEnded(100);
    if (header !== undefined) this.link.sendUpdate(header, this.train(this.base));
    this.take(this.federation.globalDue());
  }

  private take(model: GlobalModel | undefined): void {
    if (model === undefined) return;
    const { header, weights } = model;
    this.federation.globalAdopted(header);
    this.base = weights;
    this.globals.push({ header, value: weights.get("w")?.data[0] ?? Number.NaN });
  }
}
