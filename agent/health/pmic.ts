import type { RunCommand } from "../actuate/run-command.ts";

/** What the power of a Raspberry Pi 5 is told by: not what USB and fan take from the 5 V input. */
export const pmicLabel = "pmic rails";

const periodMs = 1000;
const oldestMs = 5000;

const line = /^\s*(\w+)_([AV]) (?:current|volt)\(\d+\)=([\d.]+)/gm;

/**
 * The power of all rails of which `vcgencmd pmic_read_adc` has both current and voltage, W; undefined
 * where it has none.
 */
export function railPowerW(text: string): number | undefined {
  const factors = new Map<string, number[]>();
  for (const [, rail = "", , value] of text.matchAll(line)) {
    factors.set(rail, [...(factors.get(rail) ?? []), Number(value)]);
  }
  const powers = [...factors.values()].flatMap(([a, b]) => (b === undefined ? [] : (a ?? 0) * b));
  return powers.length === 0 ? undefined : powers.reduce((sum, power) => sum + power, 0);
}

/** The power of a Raspberry Pi 5 from its power chip: a process a second, which takes 0.1 s. */
export class PmicPower {
  private readonly run: RunCommand;
  private readonly nowMs: () => number;
  private timer: NodeJS.Timeout | undefined;
  private latest: { readonly atMs: number; readonly powerW: number } | undefined;

  constructor(run: RunCommand, nowMs: () => number) {
    this.run = run;
    this.nowMs = nowMs;
  }

  start(): void {
    this.timer = setInterval(() => void this.ask(), periodMs).unref();
    void this.ask();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  /** Null where there is none of the last five seconds. */
  get powerW(): number | null {
    if (this.latest === undefined || this.nowMs() - this.latest.atMs > oldestMs) return null;
    return this.latest.powerW;
  }

  private async ask(): Promise<void> {
    try {
      const powerW = railPowerW(await this.run("vcgencmd", ["pmic_read_adc"]));
      if (powerW !== undefined) this.latest = { atMs: this.nowMs(), powerW };
    } catch {
      return;
    }
  }
}
