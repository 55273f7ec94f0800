import type { TopLevelSpec } from "vega-lite";
import type { Axis, Chart, Panel, SeriesStyle } from "./chart.ts";

const panelWidth = 420;
const panelHeight = 300;
const lineWidth = 2;

/** Of long category names, degrees. */
const slant = -30;

/** A view of one panel, as Vega-Lite takes it. */
type View = Extract<TopLevelSpec, { hconcat: unknown }>["hconcat"][number];

function axisTitle({ title, unit }: Axis): string {
  return unit === undefined ? title : `${title} (${unit})`;
}

function color(series: readonly SeriesStyle[], symbolType: "square" | "stroke") {
  return {
    field: "series",
    type: "nominal" as const,
    title: null,
    sort: null,
    scale: { domain: series.map(({ name }) => name), range: series.map((style) => style.color) },
    legend: { symbolType, symbolOpacity: 1 },
  };
}

function position(axis: Axis) {
  return {
    type: "quantitative" as const,
    title: axisTitle(axis),
    scale: { zero: axis.fromZero ?? false, nice: true },
  };
}

function linesView(panel: Extract<Panel, { kind: "lines" }>, series: readonly SeriesStyle[]): View {
  const strokeDash = {
    field: "series",
    type: "nominal" as const,
    title: null,
    sort: null,
    scale: {
      domain: series.map(({ name }) => name),
      range: series.map(({ dash }) => [...(dash ?? [1, 0])]),
    },
  };
  const widths = [...new Set(series.map(({ width }) => width ?? lineWidth))].sort((a, b) => b - a);
  const ofWidth = (width: number) =>
    series.filter((style) => (style.width ?? lineWidth) === width).map(({ name }) => name);
  const x = { field: "x", ...position(panel.x) };
  const y = { field: "y", ...position(panel.y) };
  return {
    width: panelWidth,
    height: panelHeight,
    data: { values: [...panel.points] },
    layer: [
      {
        transform: [{ filter: "isValid(datum.low)" }],
        mark: { type: "area", opacity: 0.2 },
        encoding: {
          x,
          y: { ...y, field: "low" },
          y2: { field: "high" },
          color: color(series, "stroke"),
        },
      },
      ...widths.map((strokeWidth) => ({
        transform: [{ filter: { field: "series", oneOf: ofWidth(strokeWidth) } }],
        mark: {
          type: "line" as const,
          strokeWidth,
          invalid: "break-paths-filter-domains" as const,
        },
        encoding: { x, y, color: color(series, "stroke"), strokeDash },
      })),
      ...(panel.marks
        ? [
            {
              mark: { type: "point" as const, filled: true, size: 40, opacity: 1 },
              encoding: { x, y, color: color(series, "stroke") },
            },
          ]
        : []),
    ],
  };
}

function barsView(panel: Extract<Panel, { kind: "bars" }>, series: readonly SeriesStyle[]): View {
  const present = series.filter(({ name }) => panel.bars.some((bar) => bar.series === name));
  const x = {
    field: "category",
    type: "nominal" as const,
    title: panel.x.title,
    sort: null,
    axis: { labelAngle: panel.x.slanted ? slant : 0, labelLimit: 0 },
  };
  const xOffset = {
    field: "series",
    type: "nominal" as const,
    scale: { domain: present.map(({ name }) => name) },
  };
  const y = position({ fromZero: true, ...panel.y });
  return {
    width: panelWidth * 1.3,
    height: panelHeight,
    data: { values: [...panel.bars] },
    layer: [
      {
        mark: { type: "bar" },
        encoding: { x, xOffset, y: { ...y, field: "y" }, color: color(series, "square") },
      },
      {
        transform: [{ filter: "isValid(datum.low)" }],
        mark: { type: "errorbar", color: "black", ticks: { size: 10, color: "black" } },
        encoding: { x, xOffset, y: { ...y, field: "low" }, y2: { field: "high" } },
      },
    ],
  };
}

/** The one look of every chart. */
const config = {
  background: "white",
  font: "DejaVu Sans, Verdana, Arial, sans-serif",
  axis: {
    labelFontSize: 12,
    titleFontSize: 13,
    titleFontWeight: "normal",
    labelFlush: false,
    gridColor: "#e5e5e5",
    domainColor: "#555555",
    tickColor: "#555555",
  },
  legend: { labelFontSize: 12, symbolStrokeWidth: 2.5, symbolSize: 300, labelLimit: 0 },
  title: { fontSize: 15, subtitleFontSize: 12, anchor: "start", subtitleColor: "#444444" },
  view: { stroke: "#bbbbbb" },
} as const;

/** A chart as a Vega-Lite specification that holds its data. */
export function chartSpec({ title, subtitle, series, panels }: Chart): TopLevelSpec {
  return {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    title: subtitle === undefined ? { text: title } : { text: title, subtitle },
    padding: 12,
    config,
    spacing: 30,
    hconcat: panels.map((panel) =>
      panel.kind === "lines" ? linesView(panel, series) : barsView(panel, series),
    ),
  };
}
