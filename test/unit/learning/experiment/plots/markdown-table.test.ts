import { expect, test } from "vitest";
import { markdownTable } from "../../../../../learning/experiment/plots/markdown-table.ts";

test("cells that would end a column or a row are made harmless", () => {
  expect(markdownTable(["a", "b"], [["x|y", "1\n2"]])).toBe(
    "| a | b |\n| --- | --- |\n| x\\|y | 1 2 |\n",
  );
});
