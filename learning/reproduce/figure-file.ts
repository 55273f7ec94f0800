import { mkdir, readdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { z } from "zod";
import { writeFileAtomic } from "../../platform/atomic-file.ts";
import { renderPng, renderSvg } from "../experiment/plots/render-chart.ts";
import type { Claim, Figure } from "./figure.ts";

/** What a figure's data file says of its run, beside the data. */
export interface FigureRecord {
  readonly figure: number;
  readonly title: string;
  /** Its PNG files, beside the data file. */
  readonly pictures: readonly string[];
  /** What the numbers depend on: equal settings give equal numbers. */
  readonly settings: unknown;
  readonly durationS: number;
  readonly claims: readonly Claim[];
}

const recordSchema = z.object({
  figure: z.number().int(),
  title: z.string(),
  pictures: z.array(z.string()),
  settings: z.unknown(),
  durationS: z.number(),
  claims: z.array(
    z.object({
      claim: z.string(),
      paper: z.string(),
      measured: z.string(),
      verdict: z.enum(["reproduced", "in part", "not reproduced", "not tested"]),
      reason: z.string(),
    }),
  ),
});

/** "fig-04": the name of a figure's files. */
export function figureName(figure: number): string {
  return `fig-${String(figure).padStart(2, "0")}`;
}

const digits = 7;

/** Numbers to seven significant digits, so that files stay small and readable. */
function rounded(_key: string, value: unknown): unknown {
  return typeof value === "number" ? Number(value.toPrecision(digits)) : value;
}

/**
 * Writes `fig-NN.json`, `.svg` and `.png`, further pictures as `fig-NN-2` and so on; the data file
 * last, as the mark that all are there.
 */
export async function writeFigure(
  directory: string,
  figure: Figure,
  run: Pick<FigureRecord, "settings" | "durationS">,
): Promise<void> {
  await mkdir(directory, { recursive: true });
  const path = join(directory, figureName(figure.number));
  const pictures: string[] = [];
  for (const [i, chart] of figure.charts.entries()) {
    const svg = await renderSvg(chart);
    const picture = i === 0 ? path : `${path}-${i + 1}`;
    await writeFileAtomic(`${picture}.svg`, svg);
    await writeFileAtomic(`${picture}.png`, renderPng(svg));
    pictures.push(`${basename(picture)}.png`);
  }
  const { number, title, claims, rows, samples } = figure;
  const content = { figure: number, title, pictures, ...run, claims, rows, samples };
  await writeFileAtomic(`${path}.json`, `${JSON.stringify(content, rounded)}\n`);
}

/** The records of all figures in a directory, by number; files that are none are passed over. */
export async function readFigures(directory: string): Promise<FigureRecord[]> {
  const names = await readdir(directory).catch(() => []);
  const records: FigureRecord[] = [];
  for (const name of names.filter((file) => /^fig-\d+\.json$/.test(file)).sort()) {
    const parsed = recordSchema.safeParse(
      JSON.parse(await readFile(join(directory, name), "utf8")),
    );
    if (parsed.success) records.push(parsed.data);
  }
  return records;
}
