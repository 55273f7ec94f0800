import mqtt, { type MqttClient } from "mqtt";
import { agentStateMessage } from "../../core/messages/agent-state.ts";
import { type AgentTelemetry, agentTelemetryMessage } from "../../core/messages/agent-telemetry.ts";
import { type CloudState, cloudStateMessage } from "../../core/messages/cloud-state.ts";
import { countsSince } from "./counts-since.ts";

const reconnectPeriodMs = 500;

/** Telemetry by agent, then incarnation: a restarted agent has several. */
export type TelemetryByStart = Map<string, Map<string, AgentTelemetry>>;

/** Watches a site over MQTT, as any operator could. */
export class SiteMonitor {
  /** The latest telemetry of every start of every agent, by agent, then incarnation. */
  readonly telemetry: TelemetryByStart = new Map();
  readonly online = new Set<string>();
  cloud: CloudState | undefined;
  private readonly brokerUrl: string;
  private client: MqttClient | undefined;

  constructor(brokerUrl: string) {
    this.brokerUrl = brokerUrl;
  }

  start(): void {
    this.client = mqtt.connect(this.brokerUrl, {
      protocolVersion: 4,
      reconnectPeriod: reconnectPeriodMs,
    });
    this.client.on("connect", () => {
      this.client?.subscribe([
        agentStateMessage.subscription,
        agentTelemetryMessage.subscription,
        cloudStateMessage.subscription,
      ]);
    });
    this.client.on("error", () => undefined);
    this.client.on("message", (topic, payload) => this.receive(topic, payload));
  }

  async stop(): Promise<void> {
    await this.client?.endAsync(true);
  }

  /** What the agents have counted since an earlier snapshot. */
  since(snapshot: TelemetryByStart): TelemetryByStart {
    return this.mapTelemetry((telemetry) =>
      countsSince(telemetry, snapshot.get(telemetry.agent)?.get(telemetry.incarnation)),
    );
  }

  snapshot(): TelemetryByStart {
    return this.mapTelemetry((telemetry) => telemetry);
  }

  private mapTelemetry(change: (telemetry: AgentTelemetry) => AgentTelemetry): TelemetryByStart {
    const byStart = ([agent, starts]: [string, Map<string, AgentTelemetry>]) =>
      [agent, new Map(Array.from(starts, ([start, t]) => [start, change(t)]))] as const;
    return new Map(Array.from(this.telemetry, byStart));
  }

  private receive(topic: string, payload: Uint8Array): void {
    try {
      this.take(topic, payload);
    } catch {
      return; // another publisher's malformed message is not this watcher's to judge
    }
  }

  private take(topic: string, payload: Uint8Array): void {
    if (topic === cloudStateMessage.topic()) {
      const state = cloudStateMessage.decode(payload);
      if (state.online) this.cloud = state;
    } else if (topic.endsWith("/telemetry")) {
      const telemetry = agentTelemetryMessage.decode(payload);
      const starts = this.telemetry.get(telemetry.agent) ?? new Map<string, AgentTelemetry>();
      starts.set(telemetry.incarnation, telemetry);
      this.telemetry.set(telemetry.agent, starts);
    } else {
      const state = agentStateMessage.decode(payload);
      if (state.online) this.online.add(state.agent);
      else this.online.delete(state.agent);
    }
  }
}
