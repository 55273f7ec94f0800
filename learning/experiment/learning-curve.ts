import type { EpisodeReport } from "./episode-tally.ts";
import type { Chart, ChartPoint } from "./plots/chart.ts";
import { palette } from "./plots/palette.ts";
import { SiteFiles } from "./site-files.ts";
import { meanInterval } from "./statistics/interval.ts";
import type { SiteRun } from "./train-sites.ts";

/** Episodes whose mean makes one point. */
const points = 100;

const series = "training";

function panel(
  title: string,
  sites: readonly (readonly EpisodeReport[])[],
  of: (report: EpisodeReport) => number,
): Chart["panels"][number] {
  const episodes = Math.min(...sites.map((reports) => reports.length));
  const step = Math.max(1, Math.ceil(episodes / points));
  const curve: ChartPoint[] = [];
  for (let end = step; end <= episodes; end += step) {
    const means = sites.map((reports) => {
      const window = reports.slice(end - step, end).map(of);
      return window.reduce((a, b) => a + b, 0) / step;
    });
    const interval = meanInterval(means);
    if (interval === undefined) continue;
    curve.push({ series, x: end, y: interval.mean, low: interval.low, high: interval.high });
  }
  return { kind: "lines", x: { title: "episode" }, y: { title }, points: curve };
}

/** Reward, satisfaction and delay over the episodes of a run; undefined before the first one. */
export async function learningCurve({
  directory,
  options,
}: Pick<SiteRun, "directory" | "options">): Promise<Chart | undefined> {
  const sites = await Promise.all(
    options.seeds.map((seed) => new SiteFiles(directory, options, seed).lines()),
  );
  if (sites.some((reports) => reports.length === 0)) return undefined;
  return {
    title: "Training",
    subtitle: `mean and 95 % interval of ${options.seeds.length} seeds, exploration included`,
    series: [{ name: series, color: palette.vermillion }],
    panels: [
      panel("reward", sites, (report) => report.meanReward),
      panel("satisfaction", sites, (report) => report.satisfaction),
      panel("mean delay (ms)", sites, (report) => report.meanDelayMs),
    ],
  };
}
