import { Progress } from "./progress.ts";

const parts = 1000;
const quarters = 4;

/** Progress of work that may take hours: a live line on a terminal, else a line per quarter. */
export class LongRun {
  private readonly label: string;
  private readonly progress: Progress;
  private readonly startedMs = performance.now();
  private told = -1;

  constructor(label: string) {
    this.label = label;
    this.progress = new Progress(label, parts);
  }

  /** @param share of the work that is done */
  update(share: number): void {
    this.progress.update(Math.round(parts * share));
    const quarter = Math.floor(quarters * share);
    if (process.stderr.isTTY || quarter === this.told) return;
    this.told = quarter;
    const leftS = ((performance.now() - this.startedMs) * (1 - share)) / share / 1e3;
    const left = share === 0 ? "begun" : `${leftS.toFixed(0)} s left`;
    process.stderr.write(`${this.label}: ${((100 * quarter) / quarters).toFixed(0)} %, ${left}\n`);
  }

  end(): void {
    this.progress.end();
  }
}
