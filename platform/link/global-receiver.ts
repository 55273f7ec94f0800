import type { Content } from "../../core/messages/content.ts";
import type { FederationGlobalHeader } from "../../core/messages/federation-global.ts";
import { messageError } from "../../core/messages/message-error.ts";
import { givenUpAfter, Pull, type PullRules } from "../../core/transfer/pull.ts";
import { checkFinite } from "../../core/weights/finite.ts";
import type { Weights } from "../../core/weights/tensor.ts";
import { isContent } from "../content-digest.ts";
import { decodeContent } from "../weights-content.ts";
import type { GlobalModel } from "./federation-client.ts";
import type { AnnouncedGlobal } from "./global-gate.ts";

interface PullUnderWay {
  readonly header: FederationGlobalHeader;
  readonly pull: Pull;
}

export interface GlobalReceiverOptions {
  readonly rules: PullRules;
  /** Asks the aggregator for blocks. */
  readonly ask: (sha256: string, blocks: number[]) => void;
  /** Whole and finite; whether it fits is the receiver's to judge. */
  readonly deliver: (header: FederationGlobalHeader, weights: Weights) => void;
  readonly refuse: (error: unknown) => void;
}

/**
 * Fetches every global model that is newer than the one at hand, in the shortest form it can use. A
 * model on its way is finished before a newer one is begun, so that a slow link gets one at all.
 */
export class GlobalReceiver {
  private readonly options: GlobalReceiverOptions;
  /** The newest first. */
  private models: readonly GlobalModel[] = [];
  private kept = 1;
  private underWay: PullUnderWay | undefined;
  private newer: AnnouncedGlobal | undefined;

  constructor(options: GlobalReceiverOptions) {
    this.options = options;
  }

  /** How many models stay at hand: one, and as many more as an update's base may be behind. */
  keep(models: number): void {
    this.kept = models;
    this.models = this.models.slice(0, models);
  }

  /** The weights of this version, if it is at hand. */
  weightsOf(federation: string, globalVersion: number): Weights | undefined {
    const isIt = ({ header }: GlobalModel) =>
      header.federation === federation && header.globalVersion === globalVersion;
    return this.models.find(isIt)?.weights;
  }

  announced(model: AnnouncedGlobal, nowMs: number): void {
    if (!this.isNews(model.header)) return;
    if (this.underWay !== undefined && this.underWay.pull.unanswered < givenUpAfter) {
      this.newer = model;
      return;
    }
    this.underWay = undefined;
    this.take(model, nowMs);
  }

  block(sha256: string, block: number, bytes: Uint8Array, nowMs: number): void {
    const { underWay } = this;
    if (underWay === undefined || underWay.pull.content.sha256 !== sha256) return;
    underWay.pull.received(block, bytes, nowMs);
    const { whole } = underWay.pull;
    if (whole !== undefined) {
      this.underWay = undefined;
      this.complete(underWay.header, underWay.pull.content, whole);
      this.goOn(nowMs);
    } else {
      this.tick(nowMs);
    }
  }

  /** Asks for what is missing, when it is time to. */
  tick(nowMs: number): void {
    const { underWay } = this;
    if (underWay === undefined) return;
    if (this.newer !== undefined && underWay.pull.unanswered >= givenUpAfter) {
      this.underWay = undefined;
      this.goOn(nowMs);
      return;
    }
    const blocks = underWay.pull.request(nowMs);
    if (blocks !== undefined) this.options.ask(underWay.pull.content.sha256, blocks);
  }

  reconnected(): void {
    this.underWay?.pull.reconnected();
  }

  private isNews({ federation, globalVersion }: FederationGlobalHeader): boolean {
    const others = [this.models[0]?.header, this.underWay?.header, this.newer?.header];
    return others.every(
      (known) => known?.federation !== federation || known.globalVersion < globalVersion,
    );
  }

  private goOn(nowMs: number): void {
    const { newer } = this;
    this.newer = undefined;
    if (newer !== undefined) this.take(newer, nowMs);
  }

  private take({ header, inline }: AnnouncedGlobal, nowMs: number): void {
    const base = this.weightsOf(header.federation, header.baseVersion);
    const content = header.contents.find(
      ({ encoding }) => encoding !== "int8-delta" || base !== undefined,
    );
    if (content === undefined) {
      this.options.refuse(messageError("a content that needs no base", "only a delta"));
    } else if (inline !== undefined && content === header.contents[0]) {
      this.complete(header, content, inline);
    } else {
      this.underWay = { header, pull: new Pull(content, this.options.rules) };
      this.tick(nowMs);
    }
  }

  private complete(header: FederationGlobalHeader, content: Content, bytes: Uint8Array): void {
    try {
      if (!isContent(content, bytes)) throw messageError(`sha256 ${content.sha256}`, "another");
      const base = this.weightsOf(header.federation, header.baseVersion);
      const weights = decodeContent(content.encoding, bytes, base);
      checkFinite(weights);
      this.models = [{ header, weights }, ...this.models].slice(0, this.kept);
    } catch (error) {
      this.options.refuse(error);
      return;
    }
    const { weights } = this.models[0] as GlobalModel;
    this.options.deliver(header, weights);
  }
}
