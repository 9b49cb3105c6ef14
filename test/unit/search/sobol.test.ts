import { expect, test } from "vitest";
import { createSobol, MAX_SOBOL_DIMENSIONS } from "../../../src/search/sobol";

test("without scrambling, the points are SciPy 1.17's in the order of Gray codes, in all dimensions", () => {
  const five = createSobol(5, null);
  expect([1, 2, 3, 7].map(five)).toEqual([
    [0.5, 0.5, 0.5, 0.5, 0.5],
    [0.75, 0.25, 0.25, 0.25, 0.75],
    [0.25, 0.75, 0.75, 0.75, 0.25],
    [0.125, 0.625, 0.375, 0.125, 0.125],
  ]);
  const all = createSobol(MAX_SOBOL_DIMENSIONS, null);
  const picked = (index: number) => [0, 1, 2, 31, 63].map((d) => all(index)[d]);
  expect(picked(77)).toEqual([0.8359375, 0.8359375, 0.0078125, 0.7421875, 0.8828125]);
  expect(picked(1000)).toEqual([0.2197265625, 0.0966796875, 0.5185546875, 0.1455078125, 0.4462890625]);
});

test("scrambled, each of 64 points has a 64th of every axis for itself, and each seed has other points", () => {
  const pointsOf = (seed: number) => Array.from({ length: 64 }, (_, i) => i).map(createSobol(8, seed));
  const points = pointsOf(3);
  for (let d = 0; d < 8; d++) expect(new Set(points.map((point) => Math.floor(64 * point[d]!))).size).toBe(64);
  expect(pointsOf(3)).toEqual(points);
  expect(pointsOf(4)[0]).not.toEqual(points[0]);
});

test("more dimensions than there are direction numbers for are refused", () => {
  expect(() => createSobol(65, null)).toThrow("65 dimensions; the Sobol sequence has at most 64");
});
