/** Means of named measures over the slots seen so far. */
export class RunningMeans {
  private readonly sums = new Map<string, number>();
  private count = 0;

  add(measures: Readonly<Record<string, number>>): void {
    this.count++;
    for (const [name, value] of Object.entries(measures)) {
      this.sums.set(name, (this.sums.get(name) ?? 0) + value);
    }
  }

  means(): Record<string, number> {
    return Object.fromEntries(Array.from(this.sums, ([name, sum]) => [name, sum / this.count]));
  }
}
