import { type AgentLink, createLink } from "../../agent/link/agent-link.ts";
import { linkConfigSchema } from "../../agent/link/config.ts";
import { FederationClient } from "../../agent/link/federation-client.ts";
import type { FederationGlobalHeader } from "../../core/messages/federation-global.ts";
import type { Weights } from "../../core/weights/tensor.ts";
import { createLog } from "../../platform/log.ts";
import { sampleTelemetry } from "../fixtures/messages.ts";

export interface ReceivedGlobal {
  readonly header: FederationGlobalHeader;
  readonly value: number;
}

/** Weights of 64 KiB that all have one value. */
function uniformWeights(value: number): Weights {
  return new Map([["w", { shape: [128, 128], data: new Float32Array(128 * 128).fill(value) }]]);
}

/** An agent's link and federation with 50 ms episodes; its training always ends at its own value. */
export class SimulatedAgent {
  readonly name: string;
  readonly globals: ReceivedGlobal[] = [];
  readonly link: AgentLink;
  readonly federation: FederationClient;
  /** False: it stays connected and never answers. */
  answering = true;
  private readonly value: number;
  private episodes: NodeJS.Timeout | undefined;

  constructor(name: string, brokerUrl: string, value: number, incarnation = "first") {
    this.name = name;
    this.value = value;
    this.federation = new FederationClient(name, incarnation);
    const config = linkConfigSchema.parse({
      brokerUrl,
      mqtt: { keepaliveS: 2, backOff: { firstMs: 100, capMs: 400 } },
      telemetryQueue: 5,
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
        onGlobal: (header, weights) => this.take(header, weights),
      },
      createLog(name, "silent"),
    );
  }

  get versions(): number[] {
    return this.globals.map(({ header }) => header.globalVersion);
  }

  start(): this {
    this.link.start();
    this.episodes = setInterval(() => this.endEpisode(), 50);
    return this;
  }

  async stop(): Promise<void> {
    clearInterval(this.episodes);
    await this.link.stop();
  }

  private endEpisode(): void {
    this.link.publishTelemetry({ ...sampleTelemetry, agent: this.name });
    if (!this.answering) return;
    const header = this.federation.episodeEnded(100);
    if (header !== undefined) this.link.sendUpdate(header, uniformWeights(this.value));
  }

  private take(header: FederationGlobalHeader, weights: Weights): void {
    if (!this.federation.wants(header)) return;
    this.federation.globalAdopted(header);
    this.globals.push({ header, value: weights.get("w")?.data[0] ?? Number.NaN });
  }
}
