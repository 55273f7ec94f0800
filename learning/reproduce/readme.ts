import { markdownTable } from "../experiment/plots/markdown-table.ts";
import { type FigureRecord, figureName } from "./figure-file.ts";

/** What a README of results says around its tables. */
export interface ReadmeText {
  readonly title: string;
  readonly introduction: string;
  /** The command that writes these results. */
  readonly command: string;
  /** What the verdicts mean and what the numbers leave out. */
  readonly notes: string;
}

function claimsTable(figures: readonly FigureRecord[]): string {
  return markdownTable(
    ["Fig.", "Claim", "Paper", "Here, mean [95 % interval]", "Verdict", "Why"],
    figures.flatMap(({ figure, claims }) =>
      claims.map((c) => [String(figure), c.claim, c.paper, c.measured, c.verdict, c.reason]),
    ),
  );
}

/** "10 reproduced, 3 in part, …" */
function tally(figures: readonly FigureRecord[]): string {
  const verdicts = figures.flatMap(({ claims }) => claims.map(({ verdict }) => verdict));
  return (["reproduced", "in part", "not reproduced", "not tested"] as const)
    .map((verdict) => `${verdicts.filter((v) => v === verdict).length} ${verdict}`)
    .join(", ");
}

function minutes(seconds: number): string {
  return seconds < 90 ? `${seconds.toFixed(0)} s` : `${(seconds / 60).toFixed(1)} min`;
}

function runTable(figures: readonly FigureRecord[]): string {
  return markdownTable(
    ["Fig.", "What", "Duration", "Settings"],
    figures.map(({ figure, title, durationS, settings }) => [
      `[${figure}](${figureName(figure)}.json)`,
      title,
      minutes(durationS),
      `\`${JSON.stringify(settings)}\``,
    ]),
  );
}

/** A results directory in one page: claims with verdicts, every figure, how it was run. */
export function readme(text: ReadmeText, figures: readonly FigureRecord[]): string {
  const total = figures.reduce((sum, { durationS }) => sum + durationS, 0);
  const pictures = figures.flatMap(({ figure, title, pictures: files }) =>
    files.map((file) => `![Fig. ${figure}: ${title}](${file})\n`),
  );
  return [
    `# ${text.title}\n`,
    `${text.introduction}\n`,
    "## Claims\n",
    `${tally(figures)}.\n`,
    claimsTable(figures),
    `${text.notes}\n`,
    "## Figures\n",
    ...pictures,
    "## Run\n",
    `\`\`\`\n${text.command}\n\`\`\`\n`,
    `${minutes(total)} in all.\n`,
    runTable(figures),
  ].join("\n");
}
