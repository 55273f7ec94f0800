import mqtt, { type MqttClient } from "mqtt";
import { agentStateMessage } from "../../core/messages/agent-state.ts";
import { type AgentTelemetry, agentTelemetryMessage } from "../../core/messages/agent-telemetry.ts";
import { type CloudState, cloudStateMessage } from "../../core/messages/cloud-state.ts";

const reconnectPeriodMs = 500;

/** Watches a site over MQTT, as any operator could. */
export class SiteMonitor {
  /** The latest telemetry of every start of every agent, by agent, then incarnation. */
  readonly telemetry = new Map<string, Map<string, AgentTelemetry>>();
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
