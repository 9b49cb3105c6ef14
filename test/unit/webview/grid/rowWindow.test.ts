import fc from "fast-check";
import { expect, test } from "vitest";
import { MAX_ROWS_IN_PAGE, ROW_HEIGHT, rowForKey, rowWindow, scrollTopFor } from "../../../../webview/grid/rowWindow";

test("the rows in the page are all rows in sight, and with the active one at most a hundred", () => {
  fc.assert(
    fc.property(fc.nat(200_000), fc.nat(2100), fc.nat(6000), (scrollTop, height, count) => {
      const most = Math.max(0, count * ROW_HEIGHT - height);
      const top = Math.min(scrollTop, most);
      const { first, end } = rowWindow(top, height, ROW_HEIGHT, count);
      expect(end - first).toBeLessThanOrEqual(MAX_ROWS_IN_PAGE - 1);
      expect(first).toBeGreaterThanOrEqual(0);
      expect(end).toBeLessThanOrEqual(count);
      expect(first * ROW_HEIGHT).toBeLessThanOrEqual(top);
      expect(end === count || end * ROW_HEIGHT >= top + height).toBe(true);
    }),
    { seed: 20261128, numRuns: 2000 },
  );
});

test("in a higher window the rows in sight are in the page all the same", () => {
  const { first, end } = rowWindow(22_000, 4000, ROW_HEIGHT, 5000);
  expect([first, end * ROW_HEIGHT >= 22_000 + 4000]).toEqual([1000, true]);
});

test("a row is brought into sight by as little as can be", () => {
  expect(scrollTopFor(3, 0, 220, 22)).toBe(0);
  expect(scrollTopFor(10, 0, 220, 22)).toBe(22);
  expect(scrollTopFor(2, 100, 220, 22)).toBe(44);
});

test.each([
  ["ArrowDown", 0, 1],
  ["ArrowDown", 9, 9],
  ["ArrowDown", -1, 0],
  ["ArrowUp", 0, 0],
  ["ArrowUp", -1, 9],
  ["PageDown", 1, 5],
  ["PageUp", 9, 5],
  ["Home", 5, 0],
  ["End", 5, 9],
  ["x", 5, null],
])("%s leads from row %i of ten to %s", (key, at, to) => {
  expect(rowForKey(key, at, 10, 4)).toBe(to);
});
