import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import mqtt from "mqtt";
import { onTestFinished } from "vitest";
import { agentStateMessage } from "../../core/messages/agent-state.ts";
import { type AgentTelemetry, agentTelemetryMessage } from "../../core/messages/agent-telemetry.ts";
import { federationGlobalMessage } from "../../core/messages/federation-global.ts";
import { federationRoundMessage } from "../../core/messages/federation-round.ts";
import type { Pair } from "../../learning/experiment/statistics/paired.ts";
import { freshFolder, startSimulator } from "./agent-process.ts";
import { eventually } from "./eventually.ts";
import { FaultyLink } from "./faulty-link.ts";
import { type RunningCommand, startCommandIn } from "./slotwise.ts";

/** The agent whose link is bad, and its twin beside the broker, whose link is good. */
const [faulty, twin] = ["ap-0", "ap-1"] as const;
type Agent = typeof faulty | typeof twin;

/** From the end of a fault until the agent was heard again, and until a model had its part. */
export interface Resumption {
  readonly telemetryMs: number;
  readonly roundMs: number;
}

interface Heard {
  readonly telemetry: AgentTelemetry;
  readonly arrivedAtMs: number;
}

interface Count {
  readonly atMs: number;
  readonly count: number;
}

const patienceMs = 60_000;
const slotMs = 10;

/** A count between two readings, on the line that joins them. */
function countAt(counts: readonly Count[], atMs: number): number {
  const next = counts.findIndex((count) => count.atMs >= atMs);
  const after = counts[next] ?? counts.at(-1);
  const before = counts[next - 1] ?? after;
  if (before === undefined || after === undefined) return Number.NaN;
  const spanMs = after.atMs - before.atMs;
  if (spanMs === 0) return after.count;
  return before.count + ((atMs - before.atMs) / spanMs) * (after.count - before.count);
}

/** When a process logged a message, Unix ms. */
function loggedAtMs(stderr: string, message: string): number[] {
  return stderr.split("\n").flatMap((line) => {
    if (!line.includes(`"msg":"${message}"`)) return [];
    return [(JSON.parse(line) as { time: number }).time];
  });
}

/** Two learning agents in real time, broker and aggregator, all processes of their own. */
export class LinkTrial {
  readonly link = new FaultyLink();
  private readonly folder = freshFolder();
  private readonly bridge = `unix:${join(this.folder, "bridge.sock")}`;
  private readonly running = new Map<string, RunningCommand>();
  private readonly heard = new Map<Agent, Heard[]>();
  private readonly startedAtMs = new Map<Agent, number>();
  private round = 0;
  private taken: { readonly round: number; readonly atMs: number } = { round: 0, atMs: 0 };
  private readonly keepaliveS: number;

  constructor(keepaliveS: number) {
    this.keepaliveS = keepaliveS;
  }

  async start(): Promise<void> {
    this.link.build();
    onTestFinished(() => this.end());
    await this.startBroker();
    const { site, box, fromSite, fromBox } = this.link;
    await startSimulator(this.bridge, "--access-points", "2");
    const rounds = ["--broker", fromSite, "--state-dir", join(this.folder, "cloud")];
    this.run("cloud", site, "cloud", ...rounds, "--quorum", "1");
    this.watch();
    this.startAgent(faulty, box, fromBox);
    this.startAgent(twin, site, fromSite);
    await eventually(() => this.taken.round > 0, this.errors, patienceMs);
  }

  private async startBroker(): Promise<void> {
    const { site, brokerHost, brokerPort } = this.link;
    const address = ["--host", brokerHost, "--port", String(brokerPort), "--anonymous"];
    const broker = this.run("broker", site, "broker", ...address);
    await eventually(() => broker.stderr().includes("broker listening"), broker.stderr);
  }

  /** kill -9, and the same again on the same port. */
  async restartBroker(): Promise<void> {
    const broker = this.running.get("broker");
    broker?.child.kill("SIGKILL");
    await broker?.exited;
    await this.startBroker();
  }

  /** Waits for the agent to be heard again, and in a round that was opened since. */
  async resumption(): Promise<Resumption> {
    const returnedAtMs = Date.now();
    const roundBefore = this.round;
    const heardBefore = this.telemetryOf(faulty).length;
    await eventually(() => this.taken.round > roundBefore, this.errors, patienceMs);
    const heardAtMs = this.telemetryOf(faulty)[heardBefore]?.arrivedAtMs ?? Number.NaN;
    return { telemetryMs: heardAtMs - returnedAtMs, roundMs: this.taken.atMs - returnedAtMs };
  }

  /** When the agent first said that it has no broker, Unix ms, after this time. */
  async noticedAtMs(afterMs: number): Promise<number> {
    const { stderr } = this.running.get(faulty) as RunningCommand;
    const first = () => loggedAtMs(stderr(), "no broker").find((atMs) => atMs >= afterMs);
    await eventually(() => first() !== undefined, this.errors, patienceMs);
    return first() as number;
  }

  /** Resident set of the agent with the bad link, MiB. */
  get residentMiB(): number {
    const pid = this.running.get(faulty)?.child.pid;
    const kib = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return Number(kib) / 1024;
  }

  /** The latest round that had a part of the agent with the bad link. */
  get roundTaken(): number {
    return this.taken.round;
  }

  /** Late and skipped slots of agent and twin in the same spans of time, per 1000 slots. */
  missesInPairs(fromMs: number, spanMs: number): Pair[] {
    const [ours, theirs] = [this.misses(faulty), this.misses(twin)];
    const toMs = Math.min(ours.at(-1)?.atMs ?? 0, theirs.at(-1)?.atMs ?? 0);
    const spans = Math.floor((toMs - fromMs) / spanMs);
    const per1000 = (counts: readonly Count[], span: number) => {
      const startMs = fromMs + span * spanMs;
      const missed = countAt(counts, startMs + spanMs) - countAt(counts, startMs);
      return (1000 * missed * slotMs) / spanMs;
    };
    return Array.from({ length: spans }, (_, span) => [per1000(ours, span), per1000(theirs, span)]);
  }

  private startAgent(agent: Agent, namespace: string, brokerUrl: string): void {
    const config = join(this.folder, `${agent}.json`);
    const link = { brokerUrl, mqtt: { keepaliveS: this.keepaliveS } };
    const bridge = { address: this.bridge };
    writeFileSync(config, JSON.stringify({ agent, bridge, learner: { enabled: true }, link }));
    this.run(agent, namespace, "agent", "--config", config, "--realtime", "--json");
  }

  private run(name: string, namespace: string, ...args: string[]): RunningCommand {
    const command = startCommandIn(namespace, ...args);
    this.running.set(name, command);
    return command;
  }

  private watch(): void {
    const client = mqtt.connect(this.link.fromHere, { protocolVersion: 4, reconnectPeriod: 20 });
    client.on("error", () => undefined);
    client.on("connect", () => client.subscribe("slotwise/#"));
    client.on("message", (topic, payload) => this.receive(topic, payload));
    onTestFinished(() => client.endAsync(true));
  }

  private receive(topic: string, payload: Uint8Array): void {
    if (agentTelemetryMessage.agentIn(topic)) this.receiveTelemetry(payload);
    else if (agentStateMessage.agentIn(topic)) {
      const { agent, startedAtMs } = agentStateMessage.decode(payload);
      this.startedAtMs.set(agent as Agent, startedAtMs);
    } else if (topic === federationRoundMessage.topic()) {
      this.round = Math.max(this.round, federationRoundMessage.decode(payload).round);
    } else if (topic === federationGlobalMessage.topic() && payload.byteLength > 0) {
      const { round, contributors } = federationGlobalMessage.decode(payload).header;
      if (round > this.taken.round && contributors.includes(faulty)) {
        this.taken = { round, atMs: Date.now() };
      }
    }
  }

  /** Telemetry tells totals, so what was lost with the connection lies between its neighbours. */
  private misses(agent: Agent): Count[] {
    const startedAtMs = this.startedAtMs.get(agent) ?? 0;
    return this.telemetryOf(agent).map(({ telemetry: { uptimeMs, slots } }) => ({
      atMs: startedAtMs + uptimeMs,
      count: slots.late + slots.skipped,
    }));
  }

  private telemetryOf(agent: Agent): readonly Heard[] {
    return this.heard.get(agent) ?? [];
  }

  private receiveTelemetry(payload: Uint8Array): void {
    const telemetry = agentTelemetryMessage.decode(payload);
    const agent = telemetry.agent as Agent;
    this.heard.set(agent, [...this.telemetryOf(agent), { telemetry, arrivedAtMs: Date.now() }]);
  }

  private errors = (): string =>
    [...this.running].map(([name, { stderr }]) => `${name}: ${stderr().slice(-500)}`).join("\n");

  private async end(): Promise<void> {
    for (const { child } of this.running.values()) child.kill("SIGKILL");
    await Promise.all([...this.running.values()].map(({ exited }) => exited));
    this.link.remove();
  }
}
