import { createRequire } from "node:module";
import type { ResvgRenderOptions } from "@resvg/resvg-js";
import { parse, View } from "vega";
import { compile } from "vega-lite";
import type { Chart } from "./chart.ts";
import { chartSpec } from "./chart-spec.ts";

/** Loaded when the first picture is drawn: boxes go without this library of another platform each. */
function loadRenderer(): typeof import("@resvg/resvg-js") {
  return createRequire(import.meta.url)("@resvg/resvg-js");
}

/** The picture of a chart: text stays text in the SVG. */
export async function renderSvg(chart: Chart): Promise<string> {
  const view = new View(parse(compile(chartSpec(chart)).spec), { renderer: "none" });
  try {
    return await view.toSVG();
  } finally {
    view.finalize();
  }
}

type FontOptions = NonNullable<ResvgRenderOptions["font"]>;

const font: FontOptions = {
  loadSystemFonts: true,
  defaultFontFamily: "DejaVu Sans",
  sansSerifFamily: "DejaVu Sans",
};

/** Twice the size of the SVG, so that text stays sharp. */
export function renderPng(svg: string): Uint8Array {
  const { Resvg } = loadRenderer();
  const renderer = new Resvg(svg, { font, fitTo: { mode: "zoom", value: 2 }, background: "white" });
  return renderer.render().asPng();
}

/** Whether this machine has a font to draw a PNG's text with; without one the PNG has none. */
export function canDrawText(options: FontOptions = font): boolean {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><text x="2" y="15" font-family="sans-serif" font-size="14">W</text></svg>`;
  const { Resvg } = loadRenderer();
  return new Resvg(svg, { font: options }).innerBBox() !== undefined;
}
