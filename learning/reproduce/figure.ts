import type { Chart, ChartPoint } from "../experiment/plots/chart.ts";
import { meanInterval } from "../experiment/statistics/interval.ts";

/** Whether a paper's claim holds here; "in part" when its direction holds and its size does not. */
export type Verdict = "reproduced" | "in part" | "not reproduced" | "not tested";

/** One claim of a paper beside what was measured. */
export interface Claim {
  readonly claim: string;
  readonly paper: string;
  readonly measured: string;
  readonly verdict: Verdict;
  readonly reason: string;
}

/** The values of one series at one x, one per independent draw; null where a draw gave none. */
export interface Sample {
  readonly panel: string;
  readonly series: string;
  readonly x: number;
  readonly values: readonly (number | null)[];
}

/** A row of tidy data. */
export type Row = Readonly<Record<string, string | number | null>>;

/** One figure, ready to be written. */
export interface Figure {
  readonly number: number;
  readonly title: string;
  /** Its pictures: the figure itself first. */
  readonly charts: readonly Chart[];
  readonly rows: readonly Row[];
  readonly samples: readonly Sample[];
  readonly claims: readonly Claim[];
}

/** Fewer values than this are listed in the data but make no point of a chart. */
const fewestValues = 5;

function seen(sample: Sample): number[] {
  return sample.values.filter((value): value is number => value !== null);
}

/** Means with 95 % intervals, one row per sample; `missing` counts the draws without a value. */
export function summaryRows(samples: readonly Sample[]): Row[] {
  return samples.map((sample) => {
    const { panel, series, x, values } = sample;
    const interval = meanInterval(seen(sample));
    const { mean = null, low = null, high = null, count = 0 } = interval ?? {};
    return { panel, series, x, mean, low, high, count, missing: values.length - count };
  });
}

/** The points of a panel: means with their intervals, where enough draws gave a value. */
export function summaryPoints(samples: readonly Sample[], panel: string): ChartPoint[] {
  return samples
    .filter((sample) => sample.panel === panel)
    .map((sample) => {
      const { series, x, values } = sample;
      const interval = meanInterval(seen(sample));
      const enough = Math.min(fewestValues, values.length);
      if (interval === undefined || interval.count < enough) return { series, x, y: null };
      return { series, x, y: interval.mean, low: interval.low, high: interval.high };
    });
}
