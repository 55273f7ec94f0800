import { EventEmitter, once } from "node:events";
import { type FSWatcher, mkdtempSync, readdirSync, readFileSync, rmSync, watch } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { connect, type MqttClient } from "mqtt";
import { federationGlobalMessage } from "../../core/messages/federation-global.ts";
import { federationRoundMessage } from "../../core/messages/federation-round.ts";
import { createRandom, type Random } from "../../core/random.ts";
import { decodeSafetensors } from "../../core/weights/safetensors.ts";
import { eventually } from "./eventually.ts";
import { freePort } from "./free-port.ts";
import { SimulatedAgent } from "./simulated-agent.ts";
import { type RunningCommand, startCommand } from "./slotwise.ts";
import { accountedAgents, stepFrom, type Version, VersionLedger } from "./version-ledger.ts";

/** What became of an aggregator that was killed again and again. */
export interface AggregatorKillReport {
  readonly kills: number;
  /** Kills before the aggregator had announced a round. */
  readonly starting: number;
  /** Kills that left a model half written. */
  readonly halfWritten: number;
  readonly versions: number;
  readonly lost: readonly number[];
  readonly uneven: readonly number[];
  /** Announcements below a version that had been announced, or above the one on disk. */
  readonly wrongAnnouncements: number;
  /** From the start of the process to its first round at a subscriber. */
  readonly restartMs: { readonly p50: number; readonly max: number };
  /** Closed rounds after a restart until every agent had been in one, at most. */
  readonly roundsToRejoin: number;
}

interface Saved {
  readonly round: number;
  readonly globalVersion: number;
}

/** One process of the aggregator. */
interface Life {
  readonly command: RunningCommand;
  readonly startedMs: number;
  /** The round that follows every one its predecessors may have announced. */
  readonly firstRound: number;
  readonly saved: Saved;
  readyMs: number | undefined;
  /** Contributors of the rounds it closed. */
  readonly closed: Map<number, readonly string[]>;
}

const model = "global.safetensors";
const patienceMs = 30_000;

const soon = () => ({ signal: AbortSignal.timeout(patienceMs) });

/** `slotwise cloud` with ten agents, killed at random moments and started again at once. */
export class KilledAggregator {
  private readonly folder = mkdtempSync(join(tmpdir(), "slotwise-kills-"));
  private readonly random: Random;
  private readonly embedded: boolean;
  private readonly ledger = new VersionLedger();
  private readonly progress = new EventEmitter();
  private readonly restartsMs: number[] = [];
  private readonly count = { kills: 0, starting: 0, halfWritten: 0, wrongAnnouncements: 0 };
  private roundsToRejoin = 0;
  private highest = 0;
  private port = 0;
  private broker: RunningCommand | undefined;
  private watcher: MqttClient | undefined;
  private agents: readonly SimulatedAgent[] = [];
  private life: Life | undefined;

  /** @param embedded whether the broker is in the killed process, or in one of its own */
  constructor(seed: number, embedded: boolean) {
    this.random = createRandom(seed, 1);
    this.embedded = embedded;
  }

  async start(): Promise<void> {
    this.port = await freePort();
    const url = `mqtt://127.0.0.1:${this.port}`;
    if (!this.embedded) this.broker = startCommand("broker", "--port", `${this.port}`);
    this.watch(url);
    this.agents = Array.from({ length: accountedAgents }, (_, place) =>
      new SimulatedAgent(`ap-${place}`, url, 0, {
        telemetry: false,
        train: (base) => stepFrom(base, place),
      }).start(),
    );
    this.life = this.restart();
  }

  /** @throws Error when the aggregator does not come back, or an agent into its rounds */
  async run(kills: number): Promise<AggregatorKillReport> {
    while (this.count.kills < kills) await this.kill();
    const { restartsMs, roundsToRejoin, ledger } = this;
    restartsMs.sort((a, b) => a - b);
    return {
      ...this.count,
      versions: ledger.count,
      lost: ledger.lost,
      uneven: ledger.uneven,
      restartMs: {
        p50: Math.round(restartsMs[restartsMs.length >> 1] ?? Number.NaN),
        max: Math.round(restartsMs.at(-1) ?? Number.NaN),
      },
      roundsToRejoin,
    };
  }

  async stop(): Promise<void> {
    await Promise.all(this.agents.map((agent) => agent.stop()));
    await this.watcher?.endAsync(true);
    for (const command of [this.life?.command, this.broker]) {
      command?.child.kill("SIGKILL");
      await command?.exited;
    }
    rmSync(this.folder, { recursive: true });
  }

  private async kill(): Promise<void> {
    const life = this.life as Life;
    await this.moment(life);
    life.command.child.kill("SIGKILL");
    await life.command.exited;
    this.count.kills++;
    if (life.readyMs === undefined) this.count.starting++;
    else this.restartsMs.push(life.readyMs - life.startedMs);
    const drafts = readdirSync(this.folder).filter((name) => name.endsWith(".draft"));
    if (drafts.some((name) => name.startsWith(`.${model}`))) this.count.halfWritten++;
    this.life = this.restart();
  }

  /** At its start, anywhere in its rounds, while it saves a model, or when it has just announced one. */
  private async moment(life: Life): Promise<void> {
    const drawn = this.random.uniform();
    if (drawn < 0.2) {
      await sleep(900 * this.random.uniform());
      return;
    }
    await this.untilRejoined(life);
    if (drawn < 0.5) {
      await sleep(300 * this.random.uniform());
    } else if (drawn < 0.75) {
      await this.untilSaving();
      await sleep(3 * this.random.uniform());
    } else {
      await this.untilAnnounced();
    }
  }

  private async untilRejoined(life: Life): Promise<void> {
    const absent = () => {
      const present = new Set([...life.closed.values()].flat());
      return this.agents.filter(({ name }) => !present.has(name)).map(({ name }) => name);
    };
    await eventually(
      () => absent().length === 0,
      () => ({ absent: absent(), closed: [...life.closed], log: life.command.stderr() }),
      patienceMs,
    );
    const rounds = [...life.closed].sort(([a], [b]) => a - b);
    const needed = this.agents.map(
      ({ name }) => 1 + rounds.findIndex(([, contributors]) => contributors.includes(name)),
    );
    this.roundsToRejoin = Math.max(this.roundsToRejoin, ...needed);
  }

  private async untilSaving(): Promise<void> {
    let watching: FSWatcher | undefined;
    try {
      watching = watch(this.folder);
      for (;;) {
        const [, file] = (await once(watching, "change", soon())) as [string, string];
        if (file.startsWith(`.${model}`)) return;
      }
    } finally {
      watching?.close();
    }
  }

  private async untilAnnounced(): Promise<void> {
    await once(this.progress, "announced", soon());
  }

  private restart(): Life {
    const saved = this.saved();
    const place = this.embedded ? ["--port"] : ["--broker"];
    const value = this.embedded ? `${this.port}` : `mqtt://127.0.0.1:${this.port}`;
    const flags = ["--state-dir", this.folder, "--deadline-ms", "1500"];
    return {
      saved,
      firstRound: Math.max(saved.round + 1, this.announcedAtStart()) + 1,
      startedMs: performance.now(),
      command: startCommand("cloud", ...place, value, ...flags),
      readyMs: undefined,
      closed: new Map(),
    };
  }

  /** The model on disk; it must not be older than one that was announced. */
  private saved(): Saved {
    if (!readdirSync(this.folder).includes(model)) return { round: -1, globalVersion: 0 };
    const { weights, metadata } = decodeSafetensors(readFileSync(join(this.folder, model)));
    const saved = {
      round: Number(metadata.round),
      globalVersion: Number(metadata.globalVersion),
      contributors: `${metadata.contributors}`.split(","),
      weights,
    };
    this.ledger.record(saved);
    if (saved.globalVersion < this.highest) this.count.wrongAnnouncements++;
    return saved;
  }

  /** The round that the latest start which came so far has set out with; 0 before the first. */
  private announcedAtStart(): number {
    if (!readdirSync(this.folder).includes("state.json")) return 0;
    return Number(JSON.parse(readFileSync(join(this.folder, "state.json"), "utf8")).round);
  }

  private watch(url: string): void {
    const watcher = connect(url, { protocolVersion: 4, reconnectPeriod: 20 });
    watcher.on("error", () => undefined);
    watcher.on("connect", () => {
      watcher.subscribe([federationRoundMessage.topic(), federationGlobalMessage.topic()], {
        qos: 1,
      });
    });
    watcher.on("message", (topic, payload) => {
      if (payload.length === 0) return;
      if (topic === federationRoundMessage.topic()) this.roundSeen(payload);
      else this.globalSeen(payload);
    });
    this.watcher = watcher;
  }

  private roundSeen(payload: Uint8Array): void {
    const { round } = federationRoundMessage.decode(payload);
    const { life } = this;
    if (life === undefined || round < life.firstRound || life.readyMs !== undefined) return;
    life.readyMs = performance.now();
    if (round !== life.firstRound) this.count.wrongAnnouncements++;
  }

  private globalSeen(payload: Uint8Array): void {
    const { header, inline } = federationGlobalMessage.decode(payload);
    const { life } = this;
    if (inline === undefined || life === undefined) return;
    const { round, globalVersion, contributors } = header;
    const version: Version = {
      globalVersion,
      contributors,
      weights: decodeSafetensors(inline).weights,
    };
    this.ledger.record(version);
    if (round >= life.firstRound) life.closed.set(round, contributors);
    else if (globalVersion > life.saved.globalVersion) this.count.wrongAnnouncements++;
    if (globalVersion < this.highest) this.count.wrongAnnouncements++;
    if (globalVersion > this.highest) this.progress.emit("announced");
    this.highest = Math.max(this.highest, globalVersion);
  }
}
