import type { Content } from "../../core/messages/content.ts";
import { federationGlobalMessage } from "../../core/messages/federation-global.ts";
import { blockOf } from "../../core/transfer/content-assembly.ts";
import type { Encoding } from "../../core/weights/encoding.ts";
import type { Weights } from "../../core/weights/tensor.ts";
import { describeContent } from "../../platform/content-digest.ts";
import { type SentWeights, sendWeights } from "../../platform/error-feedback.ts";
import type { OutgoingMessage } from "../../platform/mqtt/outbox.ts";
import { encodeContent } from "../../platform/weights-content.ts";
import type { ClosedRound } from "./round.ts";

export interface DownlinkOptions {
  /** The form agents get the global model in, where they have its base. */
  readonly encoding: Encoding;
  /** Longest content that goes with its announcement, bytes; others are asked for in blocks. */
  readonly inlineBytes: number;
  readonly blockBytes: number;
}

interface Served {
  readonly content: Content;
  readonly bytes: Uint8Array;
}

/** Contents kept for agents that are still fetching them: of three models with a delta each. */
const maxServed = 6;

/**
 * The way of global models to the agents. A model in a lossy form is first made what that form can
 * say, so that all agents and the aggregator have it to the bit; what is left out is made up for later.
 */
export class Downlink {
  private readonly options: DownlinkOptions;
  private readonly served = new Map<string, Served>();
  private latest: SentWeights | undefined;

  constructor(options: DownlinkOptions) {
    this.options = options;
  }

  /** The aggregate as it can be sent. */
  settle(aggregate: Weights, base: Weights | undefined): Weights {
    this.latest = sendWeights(this.options.encoding, aggregate, base, this.latest?.residual);
    return this.latest.received;
  }

  /** Equation (18): the global model goes back to everyone. */
  announcement(federation: string, closed: ClosedRound): OutgoingMessage {
    const { topic, qos, retain, encode } = federationGlobalMessage;
    const { round, globalVersion, contributors } = closed;
    const forms = this.formsOf(closed.global).map(({ encoding, bytes }) => ({
      content: describeContent(encoding, bytes, this.options.blockBytes),
      bytes,
    }));
    for (const form of forms) this.serve(form);
    const header = {
      version: 2 as const,
      federation,
      globalVersion,
      baseVersion: globalVersion - 1,
      round,
      contributors: [...contributors],
      contents: forms.map(({ content }) => content),
    };
    const shortest = forms[0]?.bytes;
    const inline = shortest && shortest.byteLength <= this.options.inlineBytes;
    return { topic: topic(), qos, retain, payload: encode(header, inline ? shortest : undefined) };
  }

  /** A block of a model announced lately. */
  block(sha256: string, block: number): Uint8Array | undefined {
    const served = this.served.get(sha256);
    if (served === undefined) return undefined;
    const bytes = blockOf(served.bytes, served.content.blockBytes, block);
    return bytes.byteLength > 0 ? bytes : undefined;
  }

  private formsOf(global: Weights): { encoding: Encoding; bytes: Uint8Array }[] {
    const whole = this.options.encoding === "float16" ? "float16" : "float32";
    const sent = this.latest?.received === global ? [this.latest] : [];
    if (sent[0]?.encoding === whole) return sent;
    return [...sent, { encoding: whole, bytes: encodeContent(whole, global) }];
  }

  private serve(served: Served): void {
    this.served.delete(served.content.sha256);
    this.served.set(served.content.sha256, served);
    for (const sha256 of this.served.keys()) {
      if (this.served.size <= maxServed) break;
      this.served.delete(sha256);
    }
  }
}
