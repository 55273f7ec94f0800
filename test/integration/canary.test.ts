import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inflateRawSync } from "node:zlib";
import { connectAsync, type MqttClient } from "mqtt";
import { describe, expect, it, onTestFinished } from "vitest";
import { agentStateMessage } from "../../core/messages/agent-state.ts";
import { agentTelemetryMessage } from "../../core/messages/agent-telemetry.ts";
import type { BridgeSystem } from "../../core/messages/bridge.ts";
import { describeSlicing } from "../../core/messages/bridge-slicing.ts";
import type { Content } from "../../core/messages/content.ts";
import { federationGlobalMessage } from "../../core/messages/federation-global.ts";
import { federationUpdateMessage } from "../../core/messages/federation-update.ts";
import { createRandom } from "../../core/random.ts";
import { equalAllocation } from "../../core/slicing/policies/equal.ts";
import { paperScenario } from "../../core/slicing/scenario.ts";
import type { Encoding } from "../../core/weights/encoding.ts";
import type { Weights } from "../../core/weights/tensor.ts";
import { createLearnerStack } from "../../learning/create-learner-stack.ts";
import { readPolicyFile } from "../../learning/policy/policy-file.ts";
import { edgeLearnerSchema } from "../../learning/presets.ts";
import { slicingProblem } from "../../learning/problems/slicing.ts";
import { createLog } from "../../platform/log.ts";
import { decodeContent } from "../../platform/weights-content.ts";
import { simulatorConfigSchema } from "../../sim-bridge/config.ts";
import { SimulatorBridge } from "../../sim-bridge/simulator-bridge.ts";
import type { Simulator, SlotResult } from "../../sim-bridge/simulators/simulator.ts";
import { freshFolder, start } from "./agent-process.ts";
import { formsOfNumber, found, runsOf } from "./canary.ts";
import { eventually } from "./eventually.ts";
import { freePort } from "./free-port.ts";
import { TcpTap } from "./tcp-tap.ts";

const scenario = { ...paperScenario, accessPoints: 1, episodeSlots: 50 };
const seed = 11;
const patienceMs = 60_000;

/** Contents travel with their headers, so that the operator has them too. */
const inlineBytes = 524_288;

/** Its discriminator never moves, so that its parameters are known here. */
const learner = {
  algorithm: "d3qn-gan",
  width: 32,
  discriminatorWidth: 32,
  batchSize: 16,
  discriminatorLearningRate: 1e-30,
} as const;
const config = edgeLearnerSchema.parse(learner);
const problem = slicingProblem(scenario, config);

/** Demands and rewards that nothing else has. */
class CanarySimulator implements Simulator {
  readonly description: BridgeSystem = describeSlicing(scenario);
  readonly agents = ["ap-0"];
  readonly initialAction = Array.from(equalAllocation(scenario));
  readonly demands: readonly (readonly number[])[];
  readonly rewards: readonly number[];
  private slot = 0;

  constructor() {
    const random = createRandom(seed, 1);
    const scales = Array.from(problem.observationScale);
    const draw = () => 0.2 + random.uniform();
    this.demands = Array.from({ length: 8 }, () => scales.map((scale) => draw() / scale));
    this.rewards = this.demands.map(() => 1000 + draw());
  }

  begin(): readonly (readonly number[])[] {
    return [this.demands[++this.slot % this.demands.length] as readonly number[]];
  }

  prepare(): void {}

  end(): readonly SlotResult[] {
    const reward = this.rewards[this.slot % this.rewards.length] as number;
    return [{ reward, performance: {}, references: {} }];
  }

  reset(): void {}
}

async function startSimulator(folder: string): Promise<CanarySimulator> {
  const simulator = new CanarySimulator();
  const listen = `unix:${join(folder, "bridge.sock")}`;
  const log = createLog("simulator", "silent");
  const bridge = new SimulatorBridge(simulatorConfigSchema.parse({ listen }), simulator, log);
  await bridge.start(new AbortController().signal);
  onTestFinished(() => bridge.stop());
  return simulator;
}

interface Message {
  readonly topic: string;
  readonly payload: Buffer;
}

async function openOperator(port: number): Promise<{ client: MqttClient; messages: Message[] }> {
  const client = await connectAsync(`mqtt://127.0.0.1:${port}`, { protocolVersion: 4 });
  onTestFinished(() => client.endAsync(true));
  const messages: Message[] = [];
  client.on("message", (topic, payload) => messages.push({ topic, payload }));
  await client.subscribeAsync("slotwise/#", { qos: 1 });
  return { client, messages };
}

const telemetryOf = (messages: readonly Message[]) =>
  messages
    .filter(({ topic }) => agentTelemetryMessage.agentIn(topic))
    .map(({ payload }) => agentTelemetryMessage.decode(payload));

/** Weights on the wire: updates and global models as their receivers read them, and what was deflated. */
class SentWeights {
  readonly all: Weights[] = [];
  readonly inflated: Buffer[] = [];
  private readonly globals = new Map<number, Weights>();

  constructor(messages: readonly Message[]) {
    for (const { topic, payload } of messages) {
      if (payload.length === 0) continue;
      if (federationUpdateMessage.agentIn(topic)) {
        const { header, inline } = federationUpdateMessage.decode(payload);
        this.take(header.content, inline, header.baseVersion);
      } else if (topic === federationGlobalMessage.topic()) {
        const { header, inline } = federationGlobalMessage.decode(payload);
        const content = header.contents[0] as Content;
        this.globals.set(header.globalVersion, this.take(content, inline, header.baseVersion));
      }
    }
  }

  private take({ encoding }: Content, bytes: Uint8Array | undefined, base: number): Weights {
    if (bytes === undefined) throw new Error("a content that travels in blocks");
    if (encoding === "int8-delta") this.inflated.push(inflateRawSync(bytes));
    const weights = decodeContent(encoding, bytes, this.globals.get(base));
    this.all.push(weights);
    return weights;
  }
}

const shapesOf = (weights: Weights) =>
  Object.fromEntries([...weights].map(([name, { shape }]) => [name, shape]));

const isSame = (a: Weights, b: Weights) =>
  [...a].every(([name, { data }]) => data.every((value, i) => value === b.get(name)?.data[i]));

/** As they begin, in the agent as here. */
async function drawnNetworks(): Promise<{ generator: Weights; discriminator: Float32Array }> {
  const stack = await createLearnerStack({ problem, config, agents: [{ seed }] });
  const { networks } = stack.state(0);
  const discriminator = networks.get("discriminator") as Float32Array;
  const generator = stack.generatorWeights(0);
  await stack.close();
  return { generator, discriminator };
}

function startSite(folder: string, encoding: Encoding, broker: string): void {
  const cloud = join(folder, "cloud.yaml");
  const forms = { encodings: [encoding], downlink: { encoding, inlineBytes } };
  writeFileSync(cloud, JSON.stringify({ quorum: 1, deadlineMs: 500, ...forms }));
  const stateDir = join(folder, "cloud");
  start("cloud", "--config", cloud, "--broker", broker, "--state-dir", stateDir);
}

function startAgent(folder: string, broker: string) {
  const path = join(folder, "agent.yaml");
  const learning = { enabled: true, gateSlots: 0, threadPriority: 0, seed, config: learner };
  const own = { learner: learning, stateDir: join(folder, "kept"), telemetryPeriodMs: 100 };
  writeFileSync(
    path,
    JSON.stringify({ ...own, policy: { model: "equal" }, link: { inlineBytes } }),
  );
  const address = `unix:${join(folder, "bridge.sock")}`;
  return start("agent", "--config", path, "--bridge", address, "--broker", broker, "--json");
}

function keptGenerator(folder: string): Weights {
  const kept = join(folder, "kept");
  return readPolicyFile(readFileSync(join(kept, readdirSync(kept)[0] as string))).weights;
}

describe.each(["float32", "float16", "int8-delta"] as const)(
  "of an agent that learns, with %s weights",
  (encoding) => {
    it("the generator leaves the box, and nothing it was learned from", {
      timeout: 90_000,
    }, async () => {
      const folder = freshFolder();
      const port = await freePort();
      start("broker", "--port", `${port}`);
      const tap = new TcpTap(port);
      await tap.start();
      onTestFinished(() => tap.stop());
      const broker = `mqtt://127.0.0.1:${tap.port}`;
      const simulator = await startSimulator(folder);
      const { client, messages } = await openOperator(tap.port);
      startSite(folder, encoding, broker);
      const agent = startAgent(folder, broker);
      const { generator, discriminator } = await drawnNetworks();
      const learned = () => new SentWeights(messages).all.filter((w) => !isSame(w, generator));
      await eventually(() => learned().length > 4, agent.stderr, patienceMs);
      agent.child.kill("SIGTERM");
      expect(await agent.exited).toBe(0);
      await client.endAsync();

      expect(telemetryOf(messages).length).toBeGreaterThan(5);
      expect(messages.some(({ topic }) => agentStateMessage.agentIn(topic))).toBe(true);

      const sent = new SentWeights(messages);
      const streams = [...tap.captured, ...sent.inflated];
      expect(found(runsOf(discriminator), streams)).toEqual([]);
      const { demands, rewards } = simulator;
      const scaled = demands.map((demand) =>
        demand.map((bits, i) => bits * (problem.observationScale[i] as number)),
      );
      const numbers = [...demands.flat(), ...scaled.flat(), ...rewards];
      expect(found(numbers.flatMap(formsOfNumber), streams)).toEqual([]);
      expect(
        found(
          scaled.flatMap((row) => runsOf(Float32Array.from(row))),
          streams,
        ),
      ).toEqual([]);

      for (const weights of sent.all) expect(shapesOf(weights)).toEqual(shapesOf(generator));
      const kept = keptGenerator(folder);
      expect(sent.all.some((weights) => isSame(weights, kept))).toBe(true);
      if (encoding === "int8-delta") return;
      const runs = [...kept.values()].flatMap(({ data }) => runsOf(data));
      expect(found(runs, streams).length).toBeGreaterThan(100);
    });
  },
);
