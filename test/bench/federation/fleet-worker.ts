import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { createRandom, standardNormal } from "../../../core/random.ts";
import type { Tensor, Weights } from "../../../core/weights/tensor.ts";
import { readPolicyFile } from "../../../learning/policy/policy-file.ts";
import { modelPath } from "../../../platform/shipped-models.ts";
import { FleetAgent } from "./fleet-agent.ts";
import type { FleetPart, FromFleet } from "./fleet-messages.ts";

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
    const trained = ({ shape, data }: Tensor): Tensor => ({
      shape,
      data: data.map((value) => value + (noise[at++ % noiseValues] as number)),
    });
    return new Map([...model].map(([name, tensor]) => [name, trained(tensor)]));
  };
}

function say(message: FromFleet): void {
  process.send?.(message);
}

class Fleet {
  private readonly part: FleetPart;
  private readonly agents: FleetAgent[];
  private readonly having = new Map<number, number>();
  private readonly roundMs: number[] = [];
  private bytes = { sent: 0, received: 0 };

  constructor(part: FleetPart) {
    const { first, agents, seed } = part;
    const { weights: generator } = readPolicyFile(readFileSync(modelPath("slicing")));
    const train = trainerOf(seed + first);
    this.part = part;
    this.agents = Array.from(
      { length: agents },
      (_, i) =>
        new FleetAgent({
          ...part,
          name: `ap-${first + i}`,
          generator,
          train,
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
    if (version === 1) this.count(agent, -1);
    else this.roundMs.push(roundMs);
    if (version === models) this.count(agent, 1);
    const having = (this.having.get(version) ?? 0) + 1;
    this.having.set(version, having);
    if (having < this.agents.length) return;
    say({ type: "model", version });
    if (version === models) this.report();
  }

  private count({ counters }: FleetAgent, sign: number): void {
    this.bytes.sent += sign * counters.bytesSent;
    this.bytes.received += sign * counters.bytesReceived;
  }

  private report(): void {
    const reconnects = this.agents.reduce((sum, { counters }) => sum + counters.reconnects, 0);
    const { sent: bytesSent, received: bytesReceived } = this.bytes;
    say({ type: "report", roundMs: this.roundMs, bytesSent, bytesReceived, reconnects });
  }
}

process.once("message", (part: FleetPart) => {
  const fleet = new Fleet(part);
  process.once("message", () => void fleet.stop().then(() => process.disconnect()));
  process.once("disconnect", () => process.exit());
  void fleet.start();
});
