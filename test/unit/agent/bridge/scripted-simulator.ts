import { once } from "node:events";
import { rmSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { type BridgeRequest, bridgeRequestSchema } from "../../../../core/messages/bridge.ts";
import { encodeFrame, FrameDecoder } from "../../../../core/messages/bridge-frame.ts";
import { describeSlicing } from "../../../../core/messages/bridge-slicing.ts";
import { paperScenario } from "../../../../core/slicing/scenario.ts";

export const slicing = describeSlicing(paperScenario);

/** A simulator that does what a test says, on a unix socket. */
export class ScriptedSimulator {
  readonly path: string;
  readonly requests: BridgeRequest[] = [];
  connections = 0;
  private readonly server: Server;
  private socket: Socket | undefined;
  private readonly onRequest: (simulator: ScriptedSimulator, request: BridgeRequest) => void;

  constructor(
    path: string,
    onRequest: (simulator: ScriptedSimulator, request: BridgeRequest) => void,
  ) {
    this.path = path;
    this.onRequest = onRequest;
    this.server = createServer((socket) => this.accept(socket));
  }

  async start(): Promise<void> {
    this.server.listen(this.path);
    await once(this.server, "listening");
  }

  /** Dies as a killed process does: connections end, the socket file stays unanswered. */
  stop(): void {
    this.socket?.destroy();
    this.server.close();
    rmSync(this.path, { force: true });
  }

  send(message: unknown): void {
    this.socket?.write(encodeFrame(message));
  }

  sendBytes(bytes: readonly number[]): void {
    this.socket?.write(Uint8Array.from(bytes));
  }

  sendHello(changes: Record<string, unknown> = {}): void {
    const clock = "lockstep";
    const agents = ["ap-0"];
    this.send({ type: "hello", protocol: 1, instance: "a", clock, agents, ...slicing, ...changes });
  }

  /** An observation of a slot with feedback on the slot before. */
  sendObservation(slot: number, changes: Record<string, unknown> = {}): void {
    const [low, high] = [slicing.spaces.action.low, slicing.spaces.action.high];
    this.send({
      type: "observation",
      slot,
      episode: 0,
      observations: { "ap-0": [slot, 2, 3, 4, 5, 6] },
      rewards: { "ap-0": 1.25 },
      terminations: { "ap-0": false },
      truncations: { "ap-0": slot % 2 === 0 },
      infos: {
        "ap-0": {
          slot: Math.max(0, slot - 1),
          applied: slot % 2 === 0 ? low : high,
          held: false,
          performance: { meanDelayMs: 4.5 },
          references: { equal: { meanDelayMs: 5.5 } },
        },
      },
      ...changes,
    });
  }

  private accept(socket: Socket): void {
    this.connections++;
    this.socket = socket;
    const decoder = new FrameDecoder();
    socket.on("error", () => socket.destroy());
    socket.on("data", (chunk) => {
      for (const frame of decoder.push(chunk)) {
        if (frame.kind !== "message") throw new Error(frame.reason);
        const request = bridgeRequestSchema.parse(frame.value);
        this.requests.push(request);
        this.onRequest(this, request);
      }
    });
  }
}
