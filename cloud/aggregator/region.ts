import { randomUUID } from "node:crypto";
import { rebase } from "../../core/weights/rebase.ts";
import type { Weights } from "../../core/weights/tensor.ts";
import { weightsSignature } from "../../core/weights/update.ts";
import type { AgentIdentity, AgentLink } from "../../platform/link/agent-link.ts";
import { FederationClient, type GlobalModel } from "../../platform/link/federation-client.ts";
import type { FederationListener } from "../../platform/link/federation-link.ts";
import type { Logger } from "../../platform/log.ts";
import type { ClosedRound } from "./round.ts";

/** What a region needs of an agent's link. */
export type RegionLink = Pick<AgentLink, "start" | "stop" | "sendUpdate">;

export type ConnectRegion = (identity: AgentIdentity, listener: FederationListener) => RegionLink;

/**
 * A region's part in the federation above it. There it is an agent: what its rounds make is its
 * learning, a round's end its episode's. It goes on with its own agents while nobody answers above.
 */
export class Region {
  private readonly client: FederationClient;
  private readonly link: RegionLink;
  private readonly log: Logger;
  private readonly arrived: () => void;
  private next: GlobalModel | undefined;
  /** The region's model as the parent knows it; undefined before anything passed between them. */
  private told: Weights | undefined;
  private samples = 0;

  /**
   * @param agent the region's name at its parent
   * @param arrived a model from above waits for `merge`
   */
  constructor(agent: string, connect: ConnectRegion, arrived: () => void, log: Logger) {
    const incarnation = randomUUID();
    this.log = log;
    this.arrived = arrived;
    this.client = new FederationClient(agent, incarnation);
    const startedAtMs = Date.now();
    const policy = "region";
    this.link = connect(
      { agent, incarnation, system: "slicing", federated: true, startedAtMs, policy },
      {
        onRound: (round) => this.client.roundOpened(round),
        onGlobal: (header, weights) => this.wait(this.client.globalArrived({ header, weights })),
      },
    );
  }

  /** A model from above waits to be built on. */
  get waiting(): boolean {
    return this.next !== undefined;
  }

  start(): void {
    this.link.start();
  }

  stop(): Promise<void> {
    return this.link.stop();
  }

  /**
   * The model to go on from: the parent's, where one waits, and on it what the region has learned that
   * the parent does not know of; else the region's own.
   *
   * @param own undefined while the region has no model
   */
  merge(own: Weights): Weights;
  merge(own: Weights | undefined): Weights | undefined;
  merge(own: Weights | undefined): Weights | undefined {
    const { next, told } = this;
    this.next = undefined;
    if (next === undefined) return own;
    const { header, weights } = next;
    if (own !== undefined && weightsSignature(own) !== weightsSignature(weights)) {
      this.log.error(
        { globalVersion: header.globalVersion },
        "the parent's model has other shapes",
      );
      return own;
    }
    this.client.globalAdopted(header);
    this.told = weights;
    this.samples = 0;
    return own === undefined || told === undefined ? weights : rebase(own, told, weights, 1);
  }

  /** A round of the region has made a model, which is on disk: its parent is told, once a round of its own. */
  roundClosed({ global, samples = 0 }: ClosedRound): void {
    this.samples += samples;
    if (this.samples > 0) {
      const facts = this.client.episodeEnded(this.samples);
      if (facts !== undefined) {
        this.link.sendUpdate(facts, global);
        this.told = global;
      }
    }
    this.wait(this.client.globalDue());
  }

  private wait(model: GlobalModel | undefined): void {
    if (model === undefined) return;
    this.next = model;
    this.arrived();
  }
}
