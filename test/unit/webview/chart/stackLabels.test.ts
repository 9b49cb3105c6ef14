import { expect, test } from "vitest";
import { createRandom } from "../../../../src/core/numerics/random";
import { stackLabels } from "../../../../webview/chart/stackLabels";

test("labels that do not touch stay where they are", () => {
  expect(stackLabels([5, 30, 60], 15, 100)).toEqual([5, 30, 60]);
});

test("labels of lines that coincide stand below each other", () => {
  expect(stackLabels([20, 20, 22], 15, 100)).toEqual([20, 35, 50]);
});

test("at the lower edge they move up", () => {
  expect(stackLabels([70, 80, 84], 15, 100)).toEqual([55, 70, 85]);
});

test("no label ever lies over another, and none leaves the picture while there is room", () => {
  const random = createRandom(5);
  for (let round = 0; round < 500; round++) {
    const count = 1 + Math.floor(random.double() * 6);
    const wanted = Array.from({ length: count }, () => random.double() * 110).sort((a, b) => a - b);
    const tops = stackLabels(wanted, 15, 115);
    for (const [i, top] of tops.entries()) {
      expect(top).toBeGreaterThanOrEqual(0);
      expect(top + 15).toBeLessThanOrEqual(115);
      if (i > 0) expect(top - tops[i - 1]!).toBeGreaterThanOrEqual(15 - 1e-9);
    }
  }
});
