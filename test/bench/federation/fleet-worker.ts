import { readFileSync } from "node:fs";
import { type IntervalHistogram, monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { createRandom, standardNormal } from "../../../core/random.ts";
import type { Tensor, Weights } from "../../../core/weights/tensor.ts";
import { readPolicyFile } from "../../../learning/policy/policy-file.ts";
import { modelPath } from "../../../platform/shipped-models.ts";
import { shutdownSignal } from "../../../platform/shutdown.ts";
import { FleetAgent } from "./fleet-agent.ts";
import type { FleetPart, FromFleet, Traffic } from "./fleet-messages.ts";
import { createTurns } from "./in-turns.ts";

/** Root mean square of a round's change, of the size that training makes. */
const changeRms = 1e-3;
const connectEveryMs = 5;
const noiseValues = 1 << 16;

/** A table of normal draws, read from another place for every update: drawing costs more than learning. */
function trainerOf(seed: number): (model: Weights) => Weights {
  const random = createRandom(seed, 1);
  const noise = Float32Array.from(
    { length: noiseValues },
    () => changeRms * standardNormal(random),
  );
  return (model) => {
    let at = random.integer(noiseValues);
    const trained = ({ shape, data: from }: Tensor): Tensor => {
      const data = new Float32Array(from.length);
      for (let i = 0; i < data.length; i++) {
        data[i] = (from[i] as number) + (noise[at++ % noiseValues] as number);
      }
      return { shape, data };
    };
    return new Map([...model].map(([name, tensor]) => [name, trained(tensor)]));
  };
}

function say(message: FromFleet): void {
  process.send?.(message);
}

function add(traffic: Traffic, { counters }: FleetAgent): void {
  traffic.sent += counters.bytesSent;
  traffic.received += counters.bytesReceived;
}

class Fleet {
  private readonly part: FleetPart;
  private readonly agents: FleetAgent[];
  private readonly having = new Map<number, number>();
  private readonly roundMs: number[] = [];
  private readonly stalls: IntervalHistogram = monitorEventLoopDelay({ resolution: 10 });
  private readonly untilFirst: Traffic = { sent: 0, received: 0 };
  private readonly untilLast: Traffic = { sent: 0, received: 0 };

  constructor(part: FleetPart) {
    const { first, agents, seed } = part;
    const { weights: generator } = readPolicyFile(readFileSync(modelPath("slicing")));
    const train = trainerOf(seed + first);
    const inTurn = createTurns();
    this.part = part;
    this.agents = Array.from(
      { length: agents },
      (_, i) =>
        new FleetAgent({
          ...part,
          name: `ap-${first + i}`,
          generator,
          train,
          inTurn,
          onModel: (agent, version, roundMs) => this.taken(agent, version, roundMs),
        }),
    );
  }

  async start(): Promise<void> {
    for (const agent of this.agents) {
      agent.start();
      await sleep(connectEveryMs);
    }
  }

  async stop(): Promise<void> {
    await Promise.all(this.agents.map((agent) => agent.stop()));
  }

  private taken(agent: FleetAgent, version: number, roundMs: number): void {
    const { models } = this.part;
    if (version === 1) add(this.untilFirst, agent);
    else this.roundMs.push(roundMs);
    if (version === models) add(this.untilLast, agent);
    const having = (this.having.get(version) ?? 0) + 1;
    this.having.set(version, having);
    if (having < this.agents.length) return;
    if (version === 1) this.stalls.enable();
    say({ type: "model", version });
    if (version === models) this.report();
  }

  private report(): void {
    const { untilFirst, untilLast } = this;
    say({
      type: "report",
      roundMs: this.roundMs,
      firstTraffic: untilFirst,
      traffic: {
        sent: untilLast.sent - untilFirst.sent,
        received: untilLast.received - untilFirst.received,
      },
      reconnects: this.agents.reduce((sum, { counters }) => sum + counters.reconnects, 0),
      longestStallMs: this.stalls.max / 1e6,
    });
  }
}

process.once("message", (part: FleetPart) => {
  const fleet = new Fleet(part);
  process.once("message", () => void fleet.stop().then(() => process.disconnect()));
  shutdownSignal().addEventListener("abort", () => process.exit());
  void fleet.start();
});
