/** Means of named measures over the slots seen so far. */
export class RunningMeans {
  private readonly sums = new Map<string, number>();
  private count = 0;

  /** A slot without measures does not count. */
  add(measures: Readonly<Record<string, number>>): void {
    const entries = Object.entries(measures);
    if (entries.length === 0) return;
    this.count++;
    for (const [name, value] of entries) {
      this.sums.set(name, (this.sums.get(name) ?? 0) + value);
    }
  }

  means(): Record<string, number> {
    return Object.fromEntries(Array.from(this.sums, ([name, sum]) => [name, sum / this.count]));
  }
}
