import type { AgentTelemetry, PerformanceTotals } from "../../core/messages/agent-telemetry.ts";

/** One shade per slice, readable without colour. */
const shades = ["█", "▓", "░"] as const;

const columns = [
  ["AP", 6],
  ["delay ms", 9],
  ["satisfied", 10],
  ["of optimum", 11],
  ["bandwidth", 19],
  ["compute", 19],
  ["late", 5],
  ["fallback", 9],
  ["round", 6],
] as const;

export interface TableInput {
  readonly elapsedS: number;
  readonly seconds: number;
  readonly globalVersion: number;
  /** Per agent in order: the latest telemetry and the one about a second before it. */
  readonly agents: readonly {
    readonly agent: string;
    readonly online: boolean;
    readonly latest?: AgentTelemetry;
    readonly previous?: AgentTelemetry;
  }[];
}

/** Mean of a measure over the slots between two telemetry messages. */
function recentMean(
  measure: string,
  latest: PerformanceTotals | undefined,
  previous: PerformanceTotals | undefined,
): number {
  const sum = (latest?.sums[measure] ?? 0) - (previous?.sums[measure] ?? 0);
  return sum / ((latest?.slots ?? 0) - (previous?.slots ?? 0));
}

function bar(blocks: readonly number[]): string {
  return blocks.map((count, slice) => (shades[slice] ?? "▒").repeat(Math.max(0, count))).join("");
}

function fixed(value: number, digits: number): string {
  return Number.isFinite(value) ? value.toFixed(digits) : "–";
}

function cells({ agent, online, latest, previous }: TableInput["agents"][number]): string[] {
  if (latest === undefined) return [agent, online ? "starting" : "offline"];
  const recent = (measure: string) =>
    recentMean(measure, latest.performance.own, previous?.performance.own);
  const optimum = recentMean(
    "rewardMs",
    latest.performance.references.optimal,
    previous?.performance.references.optimal,
  );
  const { allocation } = latest.current;
  const half = allocation.length / 2;
  return [
    agent,
    online ? fixed(recent("meanDelayMs"), 2) : "offline",
    fixed(recent("satisfaction"), 3),
    `${fixed((100 * recent("rewardMs")) / optimum, 1)} %`,
    bar(allocation.slice(0, half)),
    bar(allocation.slice(half)),
    String(latest.slots.late),
    String(latest.slots.fallback),
    String(latest.federation.round),
  ];
}

function line(texts: readonly string[]): string {
  return columns
    .map(([, width], i) => (texts[i] ?? "").padEnd(width))
    .join(" ")
    .trimEnd();
}

/** The live view of a site, one line per access point; values are means over the last second. */
export function renderTable(input: TableInput): string {
  const title = `slotwise demo  ${input.elapsedS.toFixed(0)} of ${input.seconds} s  global model v${input.globalVersion}`;
  const legend = `slices ${shades.map((shade, slice) => `${shade} ${slice + 1}`).join("  ")}`;
  return [
    title,
    "",
    line(columns.map(([name]) => name)),
    ...input.agents.map((agent) => line(cells(agent))),
    "",
    legend,
  ].join("\n");
}
