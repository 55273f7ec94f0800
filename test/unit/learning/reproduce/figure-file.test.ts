import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Figure } from "../../../../learning/reproduce/figure.ts";
import { readFigures, writeFigure } from "../../../../learning/reproduce/figure-file.ts";
import { readme } from "../../../../learning/reproduce/readme.ts";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "figures-"));
});
afterEach(() => rm(directory, { recursive: true }));

const figure: Figure = {
  number: 9,
  title: "Energy against cycles",
  charts: [
    {
      title: "Fig. 9",
      series: [{ name: "GA", color: "#000000" }],
      panels: [
        {
          kind: "lines",
          x: { title: "x" },
          y: { title: "y" },
          points: [{ series: "GA", x: 1, y: 2 }],
        },
      ],
    },
  ],
  rows: [{ series: "GA", x: 1, mean: 1 / 3 }],
  samples: [],
  claims: [
    {
      claim: "DDQL uses less than GA",
      paper: "10.2 %",
      measured: "1.0 %",
      verdict: "in part",
      reason: "GA is near the bound",
    },
  ],
};

test("a figure is data, SVG and PNG, and its record is read back", async () => {
  await writeFigure(directory, figure, { settings: { seed: 1 }, durationS: 90 });
  const [record] = await readFigures(directory);
  expect(record).toMatchObject({ figure: 9, settings: { seed: 1 }, claims: figure.claims });
  expect((await readFile(join(directory, "fig-09.png"))).subarray(1, 4).toString()).toBe("PNG");
  expect(await readFile(join(directory, "fig-09.svg"), "utf8")).toContain("<svg");
  expect(await readFile(join(directory, "fig-09.json"), "utf8")).toContain('"mean":0.3333333');
});

test("a directory that is not there has no figures, and foreign files are passed over", async () => {
  expect(await readFigures(join(directory, "none"))).toEqual([]);
  await writeFile(join(directory, "fig-01.json"), "{}");
  await writeFile(join(directory, "notes.json"), "not JSON");
  expect(await readFigures(directory)).toEqual([]);
});

test("the page holds every claim with its verdict, the pictures, the command and the duration", async () => {
  await writeFigure(directory, figure, { settings: { seed: 1 }, durationS: 90 });
  const text = { title: "T", introduction: "I", command: "slotwise reproduce", notes: "N" };
  const page = readme(text, await readFigures(directory));
  expect(page).toContain("| 9 | DDQL uses less than GA | 10.2 % | 1.0 % | in part |");
  expect(page).toContain("0 reproduced, 1 in part, 0 not reproduced, 0 not tested.");
  expect(page).toContain("(fig-09.png)");
  expect(page).toContain("slotwise reproduce");
  expect(page).toContain("1.5 min");
});
