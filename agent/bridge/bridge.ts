import type { SlotwiseError } from "../../core/errors.ts";
import type { BridgeSystem, HelloReply, ObservationReply } from "../../core/messages/bridge.ts";
import { BridgeActuator } from "./bridge-actuator.ts";
import { BridgeClient, type BridgeCounts, type BridgeEvents } from "./bridge-client.ts";
import { BridgeClock } from "./bridge-clock.ts";
import { BridgeSource } from "./bridge-source.ts";

export interface BridgeOptions {
  /** `unix:PATH` or `tcp:HOST:PORT`. */
  readonly address: string;
  /** The access point this agent speaks for, `ap-0`. */
  readonly agent: string;
  /** The system to assume when no simulator answers in time. */
  readonly defaults: BridgeSystem;
  /** `start` waits at most this long for a simulator, ms; 2000 when left out. */
  readonly connectTimeoutMs?: number;
  /** Told of every refusal and every invalid frame; whoever logs it limits the rate. */
  readonly onFault?: (error: SlotwiseError) => void;
  /** Uniform in [0, 1), for the jitter of reconnects. */
  readonly uniform?: () => number;
}

/** A simulator as the control loop's three ports. */
export class Bridge implements BridgeEvents {
  readonly clock: BridgeClock;
  readonly source: BridgeSource;
  readonly actuator: BridgeActuator;
  private readonly options: BridgeOptions;
  private readonly client: BridgeClient;
  private assumed: BridgeSystem;
  private greet: (() => void) | undefined;

  constructor(options: BridgeOptions) {
    const nowNs = process.hrtime.bigint;
    const uniform = options.uniform ?? Math.random;
    this.options = options;
    this.assumed = options.defaults;
    this.clock = new BridgeClock(options.defaults.slotPeriodMs, nowNs);
    this.source = new BridgeSource(options.agent);
    const required = { system: options.defaults.system };
    this.client = new BridgeClient(options.address, options.agent, required, this, uniform, nowNs);
    this.actuator = new BridgeActuator((slot, action) => this.client.step(slot, action));
  }

  /** The simulator's system once `start` has resolved, or the defaults; from then on it stays. */
  get system(): BridgeSystem {
    return this.assumed;
  }

  /** The simulator's hello while one is connected. */
  get hello(): HelloReply | undefined {
    return this.client.hello;
  }

  get counts(): Readonly<BridgeCounts> {
    return this.client.counts;
  }

  /**
   * Connects; resolves when a simulator answered or the connect timeout passed. Never rejects. A
   * simulator of another system is refused, and afterwards one whose spaces differ from `system`.
   */
  async start(signal: AbortSignal): Promise<void> {
    signal.addEventListener("abort", () => this.stop(), { once: true });
    if (signal.aborted) return;
    await this.firstHello(signal);
    const { hello } = this.client;
    if (hello !== undefined) this.assumed = hello;
    this.client.required = this.assumed;
  }

  /** From here on slots count; those that went by while the agent made itself ready do not. */
  begin(): void {
    if (this.hello?.clock !== "real-time") return;
    this.clock.begin();
    this.source.begin();
  }

  /** Gives the access point back and ends the clock. */
  stop(): void {
    this.clock.stop();
    this.client.stop();
  }

  joined(hello: HelloReply): void {
    this.clock.joined(hello);
    this.greet?.();
  }

  observed(observation: ObservationReply, arrivedNs: bigint): void {
    this.source.observed(observation);
    this.actuator.observed(observation.infos[this.options.agent]);
    this.clock.observed(observation.slot, arrivedNs);
  }

  lost(): void {
    this.source.lost();
    this.clock.lost();
  }

  fault(error: SlotwiseError): void {
    this.options.onFault?.(error);
  }

  private firstHello(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, this.options.connectTimeoutMs ?? 2000);
      this.greet = () => {
        clearTimeout(timer);
        this.greet = undefined;
        resolve();
      };
      signal.addEventListener("abort", () => this.greet?.(), { once: true });
      this.client.start();
    });
  }
}
