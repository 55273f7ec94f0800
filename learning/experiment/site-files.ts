import { appendFile, mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { removeDrafts, writeFileAtomic } from "../../platform/atomic-file.ts";
import { readCheckpoint, trainingIdentity, writeCheckpoint } from "./checkpoint.ts";
import type { EpisodeReport } from "./episode-tally.ts";
import type { SiteState, SlicingTrainingOptions } from "./slicing-training.ts";

/** The files of one seed's site: its checkpoint, and a line of JSON per episode. */
export class SiteFiles {
  readonly directory: string;
  private readonly identity: string;

  constructor(directory: string, options: SlicingTrainingOptions, seed: number) {
    this.directory = join(directory, `seed-${seed}`);
    this.identity = trainingIdentity(options, seed);
  }

  get checkpoint(): string {
    return join(this.directory, "checkpoint.safetensors");
  }

  get metrics(): string {
    return join(this.directory, "metrics.jsonl");
  }

  /**
   * Makes the directory ready and gives the state to go on from, if any; lines of later episodes go.
   *
   * @throws SlotwiseError STATE_INVALID when the checkpoint is of another run, or broken
   */
  async open(resume: boolean): Promise<SiteState | undefined> {
    await mkdir(this.directory, { recursive: true });
    for (const file of [this.checkpoint, this.metrics]) await removeDrafts(file);
    const state = resume ? await readCheckpoint(this.checkpoint, this.identity) : undefined;
    const lines = state === undefined ? [] : await this.lines();
    const kept = lines.filter((line) => line.episode <= (state?.episodes ?? 0));
    await writeFileAtomic(this.metrics, kept.map((line) => `${JSON.stringify(line)}\n`).join(""));
    return state;
  }

  async save(state: SiteState): Promise<void> {
    await writeCheckpoint(this.checkpoint, this.identity, state);
  }

  async append(report: EpisodeReport): Promise<void> {
    await appendFile(this.metrics, `${JSON.stringify(report)}\n`);
  }

  /** The episodes so far; a line that was cut off is none. */
  async lines(): Promise<EpisodeReport[]> {
    const text = await readFile(this.metrics, "utf8").catch(() => "");
    return text
      .split("\n")
      .slice(0, -1)
      .map((line) => JSON.parse(line) as EpisodeReport);
  }
}
