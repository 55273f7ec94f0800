import { expect, test } from "vitest";
import { shown, signVerdict, sizeVerdict } from "../../../../learning/reproduce/claim.ts";

const at = (low: number, high: number) => ({ mean: (low + high) / 2, low, high, count: 100 });

test("a size is reproduced within 15 % or inside the interval, else in part", () => {
  expect(sizeVerdict(at(0.42, 0.44), 0.46)).toBe("reproduced");
  expect(sizeVerdict(at(0.01, 0.5), 0.46)).toBe("reproduced");
  expect(sizeVerdict(at(0.1, 0.12), 0.46)).toBe("in part");
});

test("a difference that is sure but tiny is not reproduced", () => {
  expect(sizeVerdict(at(0.0002, 0.0004), 0.054)).toBe("not reproduced");
  expect(signVerdict(at(0.002, 0.004), 0.01)).toBe("not reproduced");
});

test("nothing is reproduced where the interval reaches zero or lies on the other side", () => {
  expect(sizeVerdict(at(-0.01, 0.9), 0.46)).toBe("not reproduced");
  expect(signVerdict(at(-2, -1))).toBe("not reproduced");
  expect(signVerdict(at(1, 2))).toBe("reproduced");
  expect(signVerdict(undefined)).toBe("not tested");
});

test("an interval is shown with its unit", () => {
  expect(shown(at(0.1, 0.2), "%", 1, 100)).toBe("15.0 [10.0, 20.0] %");
  expect(shown(undefined, "%")).toBe("-");
});
