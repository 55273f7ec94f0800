import type { FederationAnswer } from "../../core/messages/federation-answer.ts";
import type { FederationGlobalHeader } from "../../core/messages/federation-global.ts";
import type { FederationRound } from "../../core/messages/federation-round.ts";
import {
  type FederationUpdateHeader,
  signedText,
  type UpdateFacts,
} from "../../core/messages/federation-update.ts";
import { blockOf } from "../../core/transfer/content-assembly.ts";
import type { ContentForm, Encoding } from "../../core/weights/encoding.ts";
import type { Weights } from "../../core/weights/tensor.ts";
import { describeContent } from "../content-digest.ts";
import { sendWeights } from "../error-feedback.ts";

export interface UpdateSenderOptions {
  /** Longest content that goes with its header, bytes; others are asked for in blocks. */
  readonly inlineBytes: number;
  readonly blockBytes: number;
  /** Forms this agent sends; float32 is always one. */
  readonly encodings: readonly Encoding[];
  /** Silence after which an update is sent again, ms; it doubles up to eightfold. */
  readonly patienceMs: number;
  /** Undefined where the agent has no key. */
  readonly sign: ((text: string) => string) | undefined;
  readonly send: (header: FederationUpdateHeader, inline: Uint8Array | undefined) => void;
}

interface SentForm {
  readonly encoding: ContentForm;
  readonly bytes: Uint8Array;
  /** What the encoding left out; undefined when it was exact. */
  readonly residual: Weights | undefined;
}

interface PendingUpdate {
  readonly header: FederationUpdateHeader;
  readonly content: Uint8Array;
  /** What the encoding left out; undefined when it was exact. */
  readonly residual: Weights | undefined;
  heardAtMs: number;
  silences: number;
}

const longestPatience = 8;

/**
 * Sends an update until it is answered or counts no more: once its round is over, or where rounds take
 * older bases, once its base is too old. What a lossy encoding leaves out is added to the next update
 * once this one is in (error feedback).
 */
export class UpdateSender {
  private readonly options: UpdateSenderOptions;
  private encodings: readonly Encoding[] = [];
  private maxStaleness = 0;
  private residual: Weights | undefined;
  private pending: PendingUpdate | undefined;

  constructor(options: UpdateSenderOptions) {
    this.options = options;
  }

  roundOpened({ federation, round, encodings, baseVersion, maxStaleness }: FederationRound): void {
    this.encodings = encodings;
    this.maxStaleness = maxStaleness;
    const header = this.pending?.header;
    if (header?.federation !== federation) {
      this.pending = undefined;
      return;
    }
    const counts = maxStaleness > 0 && baseVersion - header.baseVersion <= maxStaleness;
    if (header.round < round && !counts) this.settle(false);
  }

  /**
   * Where rounds take older bases, an update on its way is not given up for another: a slow link would
   * never get one through.
   *
   * @param base the global model of the update's base version, where it is at hand
   */
  submit(facts: UpdateFacts, weights: Weights, base: Weights | undefined, nowMs: number): void {
    if (this.maxStaleness > 0 && this.pending !== undefined) return;
    const wish = this.encodingFor(base);
    this.begin(facts, sendWeights(wish, weights, base, this.residual), nowMs);
  }

  /** @param masked residues mod 2³², which tell nothing without those of others */
  submitMasked(facts: UpdateFacts, masked: Uint32Array, nowMs: number): void {
    const bytes = new Uint8Array(masked.buffer, masked.byteOffset, masked.byteLength);
    this.begin(facts, { encoding: "masked", bytes, residual: undefined }, nowMs);
  }

  private begin(facts: UpdateFacts, { encoding, bytes, residual }: SentForm, nowMs: number): void {
    const content = describeContent(encoding, bytes, this.options.blockBytes);
    const unsigned = { version: 2 as const, ...facts, content, signature: null };
    const signature = this.options.sign?.(signedText(unsigned)) ?? null;
    this.pending = {
      header: { ...unsigned, signature },
      content: bytes,
      residual,
      heardAtMs: nowMs,
      silences: 0,
    };
    this.send(this.pending);
  }

  /** False for an answer to anything but the update on its way. */
  answered({ federation, round, incarnation, sha256, refusal }: FederationAnswer): boolean {
    const header = this.pending?.header;
    const own =
      header?.federation === federation &&
      header.round === round &&
      header.incarnation === incarnation &&
      header.content.sha256 === sha256;
    if (own) this.settle(refusal === null);
    return own;
  }

  /** The model a round has made tells whether the update was in it, should its answer be lost. */
  globalAnnounced({ federation, round, contributors }: FederationGlobalHeader): void {
    const header = this.pending?.header;
    if (header?.federation !== federation || header.round !== round) return;
    const included = contributors.includes(header.agent);
    if (included || this.maxStaleness === 0) this.settle(included);
  }

  /** The aggregator fetches this content: it needs no other reminder. */
  asked(sha256: string, nowMs: number): void {
    const { pending } = this;
    if (pending?.header.content.sha256 !== sha256) return;
    pending.heardAtMs = nowMs;
    pending.silences = 0;
  }

  /** A block of the update on its way. */
  block(sha256: string, block: number): Uint8Array | undefined {
    const { pending } = this;
    if (pending?.header.content.sha256 !== sha256) return undefined;
    const bytes = blockOf(pending.content, pending.header.content.blockBytes, block);
    return bytes.byteLength > 0 ? bytes : undefined;
  }

  /** Sends again what has had no answer. */
  tick(nowMs: number): void {
    const { pending } = this;
    if (pending === undefined) return;
    const patienceMs = this.options.patienceMs * Math.min(longestPatience, 2 ** pending.silences);
    if (nowMs - pending.heardAtMs < patienceMs) return;
    pending.heardAtMs = nowMs;
    pending.silences++;
    this.send(pending);
  }

  private encodingFor(base: Weights | undefined): Encoding {
    const usable = this.encodings.find(
      (encoding) =>
        this.options.encodings.includes(encoding) &&
        (encoding !== "int8-delta" || base !== undefined),
    );
    return usable ?? "float32";
  }

  private send({ header, content }: PendingUpdate): void {
    const short = content.byteLength <= this.options.inlineBytes;
    this.options.send(header, short ? content : undefined);
  }

  private settle(accepted: boolean): void {
    if (accepted) this.residual = this.pending?.residual;
    this.pending = undefined;
  }
}
