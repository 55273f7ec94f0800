import type { Refusal } from "../../core/messages/federation-answer.ts";
import {
  type FederationUpdateHeader,
  federationUpdateMessage,
} from "../../core/messages/federation-update.ts";
import { federationUpdateBlockMessage } from "../../core/messages/federation-update-block.ts";
import { givenUpAfter, Pull, type PullRules } from "../../core/transfer/pull.ts";
import { isContent } from "../../platform/content-digest.ts";
import { decodeContent } from "../../platform/weights-content.ts";
import type { FederatedRounds, Screening } from "./round.ts";

/** What became of an update. */
export interface Verdict {
  readonly refusal: Refusal | null;
  /** It was in its round before. */
  readonly repeated: boolean;
  readonly detail: string;
}

/** Where updates go. */
export interface UpdateSink {
  /** Judges an update by what its header says; undefined when its content decides. */
  screen(header: FederationUpdateHeader): Screening;
  /**
   * Takes an update's whole content, or tells why not and changes nothing.
   *
   * @throws SlotwiseError WEIGHTS_INVALID when it is not of its form
   */
  offer(header: FederationUpdateHeader, content: Uint8Array): Screening;
}

/** Updates that are weights. */
export function weightsInto(rounds: FederatedRounds): UpdateSink {
  return {
    screen: (header) => rounds.screen(header),
    offer: (header, content) => {
      const base = rounds.baseOf(header.baseVersion);
      return rounds.offer(header, decodeContent(header.content.encoding, content, base));
    },
  };
}

export interface IntakeOptions {
  readonly sink: UpdateSink;
  readonly pull: PullRules;
  /** Longest content taken, bytes. */
  readonly maxUpdateBytes: number;
  /** Updates fetched at the same time; others wait. */
  readonly maxPulls: number;
  /** Whether the header's signature is its agent's. */
  readonly isSigned: (header: FederationUpdateHeader) => boolean;
  readonly ask: (agent: string, sha256: string, blocks: number[]) => void;
  readonly judged: (header: FederationUpdateHeader, verdict: Verdict) => void;
  /** It could not even be read. */
  readonly malformed: (topic: string, error: unknown) => void;
}

interface Fetching {
  readonly header: FederationUpdateHeader;
  readonly pull: Pull;
}

/** Headers kept until their update can be fetched. */
const maxWaiting = 1024;

/** The way of updates into a round: screened by their headers, fetched, checked, offered. */
export class Intake {
  private readonly options: IntakeOptions;
  private readonly fetching = new Map<string, Fetching>();
  private readonly waiting = new Map<string, FederationUpdateHeader>();

  constructor(options: IntakeOptions) {
    this.options = options;
  }

  update(topic: string, payload: Uint8Array, nowMs: number): void {
    const { malformed } = this.options;
    try {
      const { header, inline } = federationUpdateMessage.decode(payload);
      if (header.agent !== federationUpdateMessage.agentOf(topic)) {
        malformed(topic, `${header.agent} on another agent's topic`);
      } else {
        this.screened(header, inline, nowMs);
      }
    } catch (error) {
      malformed(topic, error);
    }
  }

  block(topic: string, payload: Uint8Array, nowMs: number): void {
    const agent = federationUpdateBlockMessage.agentOf(topic);
    const fetching = this.fetching.get(agent);
    if (fetching === undefined) return;
    const { header, bytes } = federationUpdateBlockMessage.decode(payload);
    if (header.sha256 !== fetching.pull.content.sha256) return;
    fetching.pull.received(header.block, bytes, nowMs);
    const { whole } = fetching.pull;
    if (whole === undefined) {
      this.askFor(agent, fetching, nowMs);
      return;
    }
    this.fetching.delete(agent);
    this.take(fetching.header, whole);
    this.fetchWaiting(nowMs);
  }

  /** Asks again for blocks that did not come. A silent agent makes room for others, and sends its update again. */
  tick(nowMs: number): void {
    for (const [agent, fetching] of this.fetching) {
      if (this.waiting.size > 0 && fetching.pull.unanswered >= givenUpAfter) {
        this.fetching.delete(agent);
      } else {
        this.askFor(agent, fetching, nowMs);
      }
    }
    this.fetchWaiting(nowMs);
  }

  /** Another round is open: what is on its way may come too late. */
  roundOpened(nowMs: number): void {
    const { sink } = this.options;
    for (const [agent, { header }] of this.fetching) {
      if (sink.screen(header) !== undefined) this.fetching.delete(agent);
    }
    for (const [agent, header] of this.waiting) {
      if (sink.screen(header) !== undefined) this.waiting.delete(agent);
    }
    this.fetchWaiting(nowMs);
  }

  reconnected(): void {
    for (const { pull } of this.fetching.values()) pull.reconnected();
  }

  private screened(
    header: FederationUpdateHeader,
    inline: Uint8Array | undefined,
    nowMs: number,
  ): void {
    const screening = this.screen(header);
    if (screening !== undefined) this.settle(header, screening);
    else if (inline !== undefined) this.take(header, inline);
    else this.fetch(header, nowMs);
  }

  private screen(header: FederationUpdateHeader): Screening {
    const { sink, isSigned, maxUpdateBytes } = this.options;
    if (!isSigned(header)) return "unsigned";
    const screening = sink.screen(header);
    if (screening !== undefined) return screening;
    return header.content.bytes > maxUpdateBytes ? "too-long" : undefined;
  }

  private fetch(header: FederationUpdateHeader, nowMs: number): void {
    const { agent, content } = header;
    const known = this.fetching.get(agent);
    if (known?.header.content.sha256 === content.sha256) return;
    if (known === undefined && this.fetching.size >= this.options.maxPulls) {
      if (this.waiting.size < maxWaiting) this.waiting.set(agent, header);
      return;
    }
    this.waiting.delete(agent);
    const fetching = { header, pull: new Pull(content, this.options.pull) };
    this.fetching.set(agent, fetching);
    this.askFor(agent, fetching, nowMs);
  }

  private fetchWaiting(nowMs: number): void {
    for (const header of this.waiting.values()) {
      if (this.fetching.size >= this.options.maxPulls) return;
      this.fetch(header, nowMs);
    }
  }

  private askFor(agent: string, { pull }: Fetching, nowMs: number): void {
    const blocks = pull.request(nowMs);
    if (blocks !== undefined) this.options.ask(agent, pull.content.sha256, blocks);
  }

  private take(header: FederationUpdateHeader, bytes: Uint8Array): void {
    if (!isContent(header.content, bytes)) {
      this.settle(header, "corrupt");
      return;
    }
    let outcome: Screening;
    try {
      outcome = this.options.sink.offer(header, bytes);
    } catch (error) {
      this.settle(header, "malformed", String(error));
      return;
    }
    this.settle(header, outcome);
  }

  private settle(header: FederationUpdateHeader, outcome: Screening, detail = ""): void {
    const repeated = outcome === "repeated";
    const refusal = repeated || outcome === undefined ? null : outcome;
    this.options.judged(header, { refusal, repeated, detail });
  }
}
