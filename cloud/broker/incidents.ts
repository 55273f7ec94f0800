import { type Logger, ThrottledWarning } from "../../platform/log.ts";

/** What the broker did against a client, and the line it logs; each is counted. */
const incidents = {
  /** Sockets destroyed for a packet over the limit. */
  oversized: "packet over the limit, connection closed",
  /** Connections over the limit, TLS handshakes without a valid certificate, CONNECTs with a session to keep, a foreign last will or another's client id. */
  refused: "connection refused",
  /** Messages outside the sender's access or with quality of service 2; each ended its connection. */
  denied: "message denied, connection closed",
  /** Topic filters outside the client's access or over its limits; answered with a failure. */
  unsubscribable: "subscription denied",
  /** Messages delivered but not retained, against their sender's wish. */
  unretained: "message not retained",
  /** Times a client was faster than its limits and was read from more slowly. */
  throttled: "client over its rate, read more slowly",
  /** Connections that ended in an error: no CONNECT in time, silent, not draining, malformed. */
  failed: "client failed",
} as const;

export type Incident = keyof typeof incidents;

/** Since the start. */
export type BrokerCounters = Readonly<Record<Incident, number>>;

const names = Object.keys(incidents) as Incident[];

/** Counts incidents and logs each kind at most once a second. */
export class IncidentLog {
  private readonly counts = Object.fromEntries(names.map((name) => [name, 0])) as Record<
    Incident,
    number
  >;
  private readonly warnings: ReadonlyMap<Incident, ThrottledWarning>;

  constructor(log: Logger) {
    this.warnings = new Map(names.map((name) => [name, new ThrottledWarning(log)]));
  }

  get counters(): BrokerCounters {
    return { ...this.counts };
  }

  note(incident: Incident, facts: Record<string, unknown>): void {
    this.counts[incident]++;
    this.warnings.get(incident)?.warn(performance.now(), incidents[incident], facts);
  }
}
