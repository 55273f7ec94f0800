import { randomUUID } from "node:crypto";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { SlotwiseError } from "../../core/errors.ts";
import { federationIdSchema } from "../../core/messages/federation-identity.ts";
import { countSchema } from "../../core/messages/identity.ts";
import { checkFinite } from "../../core/weights/finite.ts";
import { decodeSafetensors, encodeSafetensors } from "../../core/weights/safetensors.ts";
import { removeDrafts, writeFileAtomic } from "../../platform/atomic-file.ts";
import { FileLock } from "../../platform/file-lock.ts";
import type { ClosedRound, RoundHistory } from "./round.ts";

const stateSchema = z.strictObject({
  version: z.literal(1),
  federation: federationIdSchema,
  round: countSchema,
});

const metadataSchema = z.object({
  federation: federationIdSchema,
  round: z.coerce.number().pipe(countSchema),
  globalVersion: z.coerce.number().pipe(z.number().int().positive()),
  rho: z.coerce.number().nonnegative().optional(),
  contributors: z.string().transform((names) => names.split(",").filter((name) => name !== "")),
});

async function readIfThere(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/**
 * The aggregator's directory. `global.safetensors` carries its own federation, round and version, so
 * one atomic write moves them together; `state.json` remembers the federation and a round that may have
 * been announced since: a start's, or the one after a round that gave no model.
 */
export class ModelStore {
  private readonly directory: string;
  private readonly modelFile: string;
  private readonly stateFile: string;
  private readonly lock: FileLock;

  constructor(directory: string) {
    this.directory = directory;
    this.modelFile = join(directory, "global.safetensors");
    this.stateFile = join(directory, "state.json");
    this.lock = new FileLock(join(directory, "lock"), "a");
  }

  /**
   * Takes the directory for this process and gives the history to go on from. A saved one is moved past
   * every round that may have been announced, and written, so that no round number is ever announced
   * twice.
   *
   * @throws SlotwiseError STATE_LOCKED while another aggregator has the directory
   * @throws SlotwiseError STATE_INVALID when what is saved cannot be read
   */
  async open(): Promise<RoundHistory> {
    await this.take();
    try {
      const history = await this.load();
      await this.pass(history.federation, history.round);
      return history;
    } catch (cause) {
      this.close();
      throw this.invalid(cause);
    }
  }

  /** Lets the next aggregator have the directory. */
  close(): void {
    this.lock.release();
  }

  async save(federation: string, closed: ClosedRound): Promise<void> {
    const { round, globalVersion, contributors, rho } = closed;
    const file = encodeSafetensors(closed.global, {
      federation,
      round: `${round}`,
      globalVersion: `${globalVersion}`,
      contributors: contributors.join(","),
      ...(rho !== undefined && { rho: `${rho}` }),
    });
    await writeFileAtomic(this.modelFile, file);
  }

  /** Remembers that the round after this one may be announced, though this one gave no model. */
  async pass(federation: string, round: number): Promise<void> {
    const text = JSON.stringify({ version: 1, federation, round: round + 1 });
    await writeFileAtomic(this.stateFile, `${text}\n`);
  }

  private async take(): Promise<void> {
    let taken: boolean;
    try {
      await mkdir(this.directory, { recursive: true });
      taken = await this.lock.tryAcquire();
    } catch (cause) {
      throw this.invalid(cause);
    }
    if (taken) return;
    throw new SlotwiseError("STATE_LOCKED", {
      expected: `to be the only aggregator on ${this.directory}`,
      received: `a lock that ${this.lock.holder} holds`,
      consequence: "the aggregator was not started; the other goes on",
    });
  }

  private async load(): Promise<RoundHistory> {
    for (const file of [this.modelFile, this.stateFile]) await removeDrafts(file);
    const stateText = await readIfThere(this.stateFile);
    const model = await readIfThere(this.modelFile);
    const state = stateText && stateSchema.parse(JSON.parse(new TextDecoder().decode(stateText)));
    if (model === undefined) {
      const fresh = { federation: randomUUID(), round: 0 };
      const { federation, round } = state ?? fresh;
      return { federation, round, latest: undefined };
    }
    const { weights, metadata } = decodeSafetensors(model);
    checkFinite(weights);
    const { federation, ...latest } = metadataSchema.parse(metadata);
    const announced = Math.max(
      latest.round + 1,
      state?.federation === federation ? state.round : 0,
    );
    return { federation, round: announced, latest: { ...latest, global: weights } };
  }

  private invalid(cause: unknown): SlotwiseError {
    return new SlotwiseError(
      "STATE_INVALID",
      {
        expected: `the state of an aggregator in ${this.directory}`,
        received: String(cause),
        consequence: "the aggregator was not started; move the directory away to start afresh",
      },
      { cause },
    );
  }
}
