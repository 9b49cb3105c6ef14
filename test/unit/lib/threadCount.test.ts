import { expect, test } from "vitest";
import { autoThreads, mostThreads, readThreads } from "../../../src/lib/threadCount";

test("a setting is auto or a whole number from 1 to 16", () => {
  expect(["auto", "1", "2", "16"].map(readThreads)).toEqual(["auto", 1, 2, 16]);
  for (const text of ["0", "17", "100", "1.5", "-1", "", "two", "undefined"]) expect(readThreads(text)).toBeNull();
});

test("auto is half of the processors, both of two, and two on every machine where digits are to be the same", () => {
  expect([1, 2, 3, 4, 6, 8, 16, 64].map((processors) => autoThreads(processors, false))).toEqual([
    1, 2, 2, 2, 3, 4, 8, 8,
  ]);
  expect([1, 2, 64].map((processors) => autoThreads(processors, true))).toEqual([2, 2, 2]);
});

test("memory is estimated for the most that a run may take", () => {
  expect([mostThreads("auto", 1), mostThreads("auto", 16), mostThreads(5, 2)]).toEqual([2, 8, 5]);
});
