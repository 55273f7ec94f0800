import type { ConnectPacket, PublishPacket, Subscription } from "aedes";
import { filterCovers } from "../../core/access/topic-filter.ts";
import type { ClientIdentity } from "./client-identity.ts";
import type { BrokerConfig } from "./config.ts";
import type { IncidentLog } from "./incidents.ts";
import type { PublishRules } from "./publish-rules.ts";

const shownTopicLength = 100;

type Limits = Pick<BrokerConfig, "maxSubscriptions" | "maxTopicBytes" | "maxTopicLevels">;

/** Judges what clients ask of the broker by who they are. */
export class Gatekeeper {
  private readonly limits: Limits;
  private readonly rules: PublishRules;
  private readonly incidents: IncidentLog;

  constructor(limits: Limits, rules: PublishRules, incidents: IncidentLog) {
    this.limits = limits;
    this.rules = rules;
    this.incidents = incidents;
  }

  /** What a connection is refused for; its will is judged now, because it must not fail later. */
  connectionFault(identity: ClientIdentity, packet: ConnectPacket): string | undefined {
    const fault = this.faultOf(identity, packet);
    if (fault !== undefined) this.incidents.note("refused", { reason: fault });
    return fault;
  }

  /** Lets a message through, not retained where it must not be; an error ends the connection. */
  admit(identity: ClientIdentity, packet: PublishPacket): Error | null {
    const { topic, qos, retain, payload } = packet;
    const client = identity.clientId;
    if (!this.fits(topic) || !this.rules.allows({ topic, qos }, identity.access)) {
      const shown = topic.slice(0, shownTopicLength);
      this.incidents.note("denied", { client, topic: shown, qos });
      return new Error(`not this client's topic or quality of service: ${shown}, ${qos}`);
    }
    if (!retain) return null;
    packet.retain = this.rules.retains({ topic, qos, retain, bytes: Buffer.byteLength(payload) });
    if (!packet.retain) this.incidents.note("unretained", { client, topic });
    return null;
  }

  /** @param held how many topic filters the client has already */
  maySubscribe(identity: ClientIdentity, { topic }: Subscription, held: number): boolean {
    const covered = identity.access.subscribe.some((filter) => filterCovers(filter, topic));
    const allowed = covered && this.fits(topic) && held < this.limits.maxSubscriptions;
    if (!allowed) {
      const filter = topic.slice(0, shownTopicLength);
      this.incidents.note("unsubscribable", { client: identity.clientId, filter, held });
    }
    return allowed;
  }

  private faultOf(
    identity: ClientIdentity,
    { clean, clientId, will }: ConnectPacket,
  ): string | undefined {
    if (identity.clientId !== undefined && clientId !== identity.clientId) {
      return `a client id that is not the certificate's common name, ${identity.clientId}`;
    }
    if (clean !== true) return "this broker keeps no sessions: connect with a clean one";
    if (will === undefined) return undefined;
    const own = this.rules.allows({ topic: will.topic, qos: will.qos ?? 0 }, identity.access);
    return own && this.fits(will.topic) ? undefined : "the last will is on a foreign topic";
  }

  private fits(topic: string): boolean {
    const { maxTopicBytes, maxTopicLevels } = this.limits;
    return Buffer.byteLength(topic) <= maxTopicBytes && topic.split("/").length <= maxTopicLevels;
  }
}
