import { expect, test } from "vitest";
import { distinctLooks, runColorIndex } from "../../../../src/shared/wire/runIdentity";

const looksOf = (...numbers: number[]) => distinctLooks(numbers.map((number, startedAt) => ({ number, startedAt })));

test("runs that are shown together have the looks of their numbers, whatever else is shown", () => {
  expect(looksOf(3, 1, 9)).toEqual([3, 1, 9]);
  expect(looksOf(1, 9)).toEqual([1, 9]);
});

test("of runs with equal numbers the one that was started first keeps its look, and the others their color", () => {
  const looks = looksOf(2, 2, 8, 2);
  expect(looks).toEqual([2, 14, 8, 20]);
  expect(new Set(looks.map(runColorIndex)).size).toBe(1);
  const late = { number: 2, startedAt: 9 };
  const early = { number: 2, startedAt: 1 };
  expect([distinctLooks([late, early]), distinctLooks([early, late])]).toEqual([
    [8, 2],
    [2, 8],
  ]);
});

test("a run without a number has the look of the first", () => {
  expect(looksOf(0, 0)).toEqual([1, 7]);
});
