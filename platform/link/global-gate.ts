import type { FederationGlobalHeader } from "../../core/messages/federation-global.ts";

/** A global model as it was announced. */
export interface AnnouncedGlobal {
  readonly header: FederationGlobalHeader;
  /** The first of its contents, where it came along. */
  readonly inline: Uint8Array | undefined;
}

/**
 * Lets through the global models of the federation that the latest round named. Retained messages come
 * in any order, so the newest model of another federation waits until a round names that one.
 */
export class GlobalGate {
  private federation: string | undefined;
  private waiting: AnnouncedGlobal | undefined;

  /** @returns the model that waited for this round's federation */
  roundNamed(federation: string): AnnouncedGlobal | undefined {
    this.federation = federation;
    if (this.waiting?.header.federation !== federation) return undefined;
    const model = this.waiting;
    this.waiting = undefined;
    return model;
  }

  /** @returns the model when it may go on now */
  arrived(model: AnnouncedGlobal): AnnouncedGlobal | undefined {
    if (model.header.federation === this.federation) return model;
    this.waiting = model;
    return undefined;
  }

  /** There is no global model any more. */
  cleared(): void {
    this.waiting = undefined;
  }
}
