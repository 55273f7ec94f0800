import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { renderPng, renderSvg } from "../../../learning/experiment/plots/render-chart.ts";
import { writeFileAtomic } from "../../../platform/atomic-file.ts";
import { contestCharts } from "./contest-charts.ts";
import type { ContestReport } from "./contest-report.ts";
import { contestTables } from "./contest-table.ts";

const digits = 7;

/** Numbers to seven significant digits, so that files stay small and readable. */
function rounded(_key: string, value: unknown): unknown {
  return typeof value === "number" ? Number(value.toPrecision(digits)) : value;
}

/**
 * Writes `report.json`, `report.md` with tables, and the pictures as SVG and PNG.
 *
 * @param command that gave the report
 */
export async function writeContest(
  directory: string,
  report: ContestReport,
  command: string,
): Promise<void> {
  await mkdir(directory, { recursive: true });
  const charts = Object.entries(contestCharts(report));
  for (const [name, chart] of charts) {
    const svg = await renderSvg(chart);
    await writeFileAtomic(join(directory, `${name}.svg`), svg);
    await writeFileAtomic(join(directory, `${name}.png`), renderPng(svg));
  }
  const pictures = charts.map(([name, { title }]) => `![${title}](${name}.png)\n`);
  const text = [`# Testbed\n`, `    ${command}\n`, contestTables(report), ...pictures].join("\n");
  await writeFileAtomic(join(directory, "report.md"), text);
  const content = { command, ...report };
  await writeFileAtomic(join(directory, "report.json"), `${JSON.stringify(content, rounded)}\n`);
}
