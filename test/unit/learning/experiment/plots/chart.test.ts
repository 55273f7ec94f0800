import { expect, test } from "vitest";
import type { Chart } from "../../../../../learning/experiment/plots/chart.ts";
import {
  canDrawText,
  renderPng,
  renderSvg,
} from "../../../../../learning/experiment/plots/render-chart.ts";

const chart: Chart = {
  title: "Energy against tasks",
  series: [
    { name: "DDQL", color: "#d55e00" },
    { name: "bound", color: "#000000", dash: [6, 4] },
  ],
  panels: [
    {
      kind: "lines",
      x: { title: "tasks" },
      y: { title: "mean energy", unit: "J" },
      points: [
        { series: "DDQL", x: 10, y: 0.3, low: 0.29, high: 0.31 },
        { series: "DDQL", x: 20, y: 0.32, low: 0.3, high: 0.34 },
        { series: "bound", x: 10, y: 0.28 },
        { series: "bound", x: 20, y: 0.29 },
      ],
    },
    {
      kind: "bars",
      x: { title: "against" },
      y: { title: "saving", unit: "%" },
      bars: [{ series: "DDQL", category: "RA", y: 46, low: 44, high: 48 }],
    },
  ],
};

test("axes carry their units, the legend every series, and bounds are dashed", async () => {
  const svg = await renderSvg(chart);
  for (const text of ["Energy against tasks", "mean energy (J)", "saving (%)", "DDQL", "bound"]) {
    expect(svg).toContain(`>${text}</text>`);
  }
  expect(svg).toContain('stroke-dasharray="6,4"');
  expect(svg).toMatch(/fill="#d55e00"[^>]*opacity="0.2"|opacity="0.2"[^>]*fill="#d55e00"/);
});

test("the same chart gives the same picture", async () => {
  const plain = (svg: string) => svg.replaceAll(/clip\d+/g, "clip");
  expect(plain(await renderSvg(chart))).toBe(plain(await renderSvg(chart)));
});

test("the PNG has the SVG's shape at twice its size", async () => {
  const svg = await renderSvg(chart);
  const png = renderPng(svg);
  const size = /viewBox="0 0 (\d+) (\d+)"/.exec(svg);
  const header = new DataView(png.buffer, png.byteOffset, png.byteLength);
  expect([...png.subarray(1, 4)]).toEqual([..."PNG"].map((c) => c.charCodeAt(0)));
  expect(header.getUint32(16)).toBe(2 * Number(size?.[1]));
});

test("a machine without fonts is recognised", () => {
  expect(canDrawText({ loadSystemFonts: false })).toBe(false);
});
