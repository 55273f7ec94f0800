import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Guardian } from "../../agent/actuate/restore/guardian.ts";
import { restoreLeftovers } from "../../agent/actuate/restore/restore-leftovers.ts";
import { PolicyKeeper } from "../../agent/train/policy-keeper.ts";
import { ModelStore } from "../../cloud/aggregator/model-store.ts";
import type { Weights } from "../../core/weights/tensor.ts";
import { guardianOf } from "../fixtures/guardian-of.ts";
import type { FlakyDisk } from "./flaky-disk.ts";

/** What is found after a power cut: the last content that was confirmed, or the one being written. */
export type Found = "confirmed" | "begun";

/** Something that is stored in versions 1, 2, … on a disk that may lose its power at any moment. */
export interface Stored {
  /** Writes the next version; resolves when the product says it is safe. Rejects once power is off. */
  write(): Promise<void>;
  /** Lets go of what is open after the power is gone. */
  drop(): void;
  /** Opens it as the product does at a start. @throws Error where it is neither old nor new */
  check(): Promise<Found>;
}

/** The versions begun and confirmed, and the judgement on what a disk gives back. */
class Versions {
  private readonly what: string;
  private readonly disk: FlakyDisk;
  private begun = 0;
  private confirmed = 0;

  constructor(what: string, disk: FlakyDisk) {
    this.what = what;
    this.disk = disk;
  }

  async next(write: (version: number) => Promise<void>): Promise<void> {
    this.begun = this.confirmed + 1;
    await write(this.begun);
    this.disk.requirePower();
    this.confirmed = this.begun;
  }

  judge(version: number): Found {
    const { begun, confirmed } = this;
    if (version !== confirmed && version !== begun) {
      throw new Error(`${this.what}: confirmed ${confirmed}, begun ${begun}, found ${version}`);
    }
    const found = version === confirmed ? "confirmed" : "begun";
    this.begun = version;
    this.confirmed = version;
    return found;
  }
}

function onlyValue(values: Iterable<number>): number {
  const [value, ...others] = new Set(values);
  if (value === undefined || others.length > 0) throw new Error("content of several versions");
  return value;
}

function weightsOf(version: number): Weights {
  return new Map([["w", { shape: [256, 64], data: new Float32Array(256 * 64).fill(version) }]]);
}

/** The aggregator's directory: `global.safetensors` and `state.json`. */
export class StoredGlobal implements Stored {
  private readonly directory: string;
  private readonly versions: Versions;
  private store: ModelStore | undefined;
  private federation = "";
  private round = 0;

  constructor(disk: FlakyDisk) {
    this.directory = join(disk.folder, "aggregator");
    this.versions = new Versions("global model", disk);
  }

  write(): Promise<void> {
    return this.versions.next(async (version) => {
      const closed = { round: ++this.round, globalVersion: version, contributors: ["ap-0"] };
      await this.store?.save(this.federation, { ...closed, global: weightsOf(version) });
    });
  }

  drop(): void {
    this.store?.close();
  }

  async check(): Promise<Found> {
    this.store = new ModelStore(this.directory);
    const { federation, round, latest } = await this.store.open();
    if (this.federation !== "" && federation !== this.federation)
      throw new Error("federation lost");
    this.federation = federation;
    this.round = round;
    if (latest === undefined) return this.versions.judge(0);
    const value = onlyValue(latest.global.get("w")?.data ?? []);
    if (value !== latest.globalVersion) throw new Error("weights of another version");
    return this.versions.judge(value);
  }
}

/** The policy that an agent learned last. */
export class StoredPolicy implements Stored {
  private readonly path: string;
  private readonly versions: Versions;
  private readonly keeper: PolicyKeeper;
  private clockMs = 0;

  constructor(disk: FlakyDisk) {
    this.path = join(disk.folder, "agent", "policy.onnx");
    this.versions = new Versions("policy", disk);
    this.keeper = new PolicyKeeper(this.path, () => this.clockMs);
  }

  write(): Promise<void> {
    this.clockMs += 3_600_000;
    return this.versions.next((version) =>
      this.keeper.take(new Uint8Array(Uint32Array.from({ length: 20_000 }, () => version).buffer)),
    );
  }

  drop(): void {}

  check(): Promise<Found> {
    if (!existsSync(this.path)) return Promise.resolve(this.versions.judge(0));
    const { buffer } = Uint8Array.from(readFileSync(this.path));
    if (buffer.byteLength !== 80_000) throw new Error(`policy of ${buffer.byteLength} bytes`);
    return Promise.resolve(this.versions.judge(onlyValue(new Uint32Array(buffer))));
  }
}

/**
 * The journal that says how to put an agent's settings back; they are put back at each check. One that
 * was let go may come back whole: nothing waits for a removal to reach the disk.
 */
export class StoredJournal implements Stored {
  private readonly disk: FlakyDisk;
  private readonly journal: string;
  private readonly settings: readonly string[];
  private generation = 0;
  private held = false;

  /** @param elsewhere where the settings are: not on the disk that loses its power */
  constructor(disk: FlakyDisk, elsewhere: string) {
    this.disk = disk;
    this.journal = join(disk.folder, "agent.restore");
    this.settings = Array.from({ length: 60 }, (_, i) => join(elsewhere, `setting-${i}`));
  }

  async write(): Promise<void> {
    const guardian = new Guardian(this.journal, () => undefined);
    const value = String(++this.generation);
    await guardian.hold(this.settings.map((path) => ({ kind: "file", path, value })));
    this.disk.requirePower();
    this.held = true;
    await new Promise((resolve) => setTimeout(resolve, 50));
    this.disk.requirePower();
    this.held = false;
    await guardian.release();
  }

  /** Power takes the guardian too. */
  drop(): void {
    const guardian = guardianOf(this.journal);
    if (guardian !== undefined) process.kill(guardian, "SIGKILL");
  }

  async check(): Promise<Found> {
    for (const path of this.settings) rmSync(path, { force: true });
    await restoreLeftovers(this.journal);
    const restored = this.settings.filter((path) => existsSync(path));
    if (restored.length === 0) {
      if (this.held) throw new Error("the journal is lost though it was held");
      return "begun";
    }
    if (restored.length < this.settings.length) {
      throw new Error(`${restored.length} of ${this.settings.length} settings put back`);
    }
    const generation = onlyValue(restored.map((path) => Number(readFileSync(path, "utf8"))));
    const oldest = this.held ? this.generation : this.generation - 1;
    if (generation < oldest) throw new Error(`journal ${generation}, not ${this.generation}`);
    this.held = false;
    return "confirmed";
  }
}
